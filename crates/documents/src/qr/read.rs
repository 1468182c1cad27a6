//! Reads a code module by module (ISO/IEC 18004, model 2, level M), as a telephone would once it has found the
//! square. It shares nothing with the writer, and it forgives nothing: what is about to be printed must be
//! whole, so a block with a single wrong bit is refused instead of mended.

/// Check bytes of each block at level M, by version from 1.
const CHECK: [usize; 40] = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
/// Blocks at level M, by version from 1.
const BLOCKS: [usize; 40] = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
    31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
];
const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The bytes a code holds; rows from the top, `true` is dark. `None` when it is not a whole code of level M.
pub fn read(modules: &[Vec<bool>]) -> Option<Vec<u8>> {
    let size = modules.len();
    let version = size.checked_sub(17)? / 4;
    if !(1..=40).contains(&version) || size != 17 + 4 * version || modules.iter().any(|r| r.len() != size) {
        return None;
    }
    let mask = mask_of(modules)?;
    let (data, check) = blocks(&raw(modules, version, mask), version)?;
    if data.iter().zip(&check).any(|(data, check)| !whole(data, check)) {
        return None;
    }
    words(&data.concat(), version)
}

/// The number of the mask; `None` when the format says another level than M or is damaged.
fn mask_of(modules: &[Vec<bool>]) -> Option<u8> {
    let place = |bit: usize| match bit {
        0..=5 => (8, bit),
        6 => (8, 7),
        7 => (8, 8),
        8 => (7, 8),
        _ => (14 - bit, 8),
    };
    let found = (0..15).rev().fold(0u16, |bits, bit| {
        let (x, y) = place(bit);
        (bits << 1) | u16::from(modules[y][x])
    });
    (0..8u8).find(|mask| {
        let data = u16::from(*mask);
        let rest = (0..10).fold(data, |rest, _| (rest << 1) ^ ((rest >> 9) * 0x537));
        ((data << 10) | rest) ^ 0x5412 == found
    })
}

/// Whether a module belongs to the frame of the code and not to its contents.
fn is_frame(x: usize, y: usize, version: usize, middles: &[usize]) -> bool {
    let size = 17 + 4 * version;
    let corner = (x < 9 && (y < 9 || y + 8 >= size)) || (y < 9 && x + 8 >= size);
    let about = version >= 7 && ((x < 6 && y + 11 >= size) || (y < 6 && x + 11 >= size));
    let last = middles.last().copied().unwrap_or(0);
    let align = middles.iter().any(|mx| {
        middles.iter().any(|my| {
            let in_corner = (*mx == 6 && (*my == 6 || *my == last)) || (*mx == last && *my == 6);
            !in_corner && x.abs_diff(*mx) <= 2 && y.abs_diff(*my) <= 2
        })
    });
    corner || about || align || x == 6 || y == 6
}

/// The middles of the alignment patterns along one side.
fn middles(version: usize) -> Vec<usize> {
    if version == 1 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let step = if version == 32 {
        26
    } else {
        (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
    };
    let last = 10 + 4 * version;
    let rest = (0..count - 1).rev().map(|back| last - back * step);
    std::iter::once(6).chain(rest).collect()
}

fn is_masked(mask: u8, x: usize, y: usize) -> bool {
    0 == match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (x / 3 + y / 2) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    }
}

/// The bytes in the order in which they stand in the square: two columns up, two columns down.
fn raw(modules: &[Vec<bool>], version: usize, mask: u8) -> Vec<u8> {
    let (size, middles) = (modules.len(), middles(version));
    let mut bits = Vec::with_capacity(size * size);
    let columns = (7..size).rev().step_by(2).chain([5, 3, 1]);
    for (turn, right) in columns.enumerate() {
        for step in 0..size {
            let y = if turn % 2 == 0 { size - 1 - step } else { step };
            for x in [right, right - 1] {
                if !is_frame(x, y, version, &middles) {
                    bits.push(modules[y][x] != is_masked(mask, x, y));
                }
            }
        }
    }
    bits.chunks_exact(8).map(byte).collect()
}

fn byte(bits: &[bool]) -> u8 {
    bits.iter().fold(0, |byte, bit| (byte << 1) | u8::from(*bit))
}

type Parts = Vec<Vec<u8>>;

/// Contents and check bytes of every block; they stand in the square by turns.
fn blocks(raw: &[u8], version: usize) -> Option<(Parts, Parts)> {
    let (count, check) = (*BLOCKS.get(version - 1)?, *CHECK.get(version - 1)?);
    let short = (raw.len() / count).checked_sub(check)?;
    let longer_from = count - raw.len() % count;
    let mut bytes = raw.iter().copied();
    let mut by_turns = |rows: usize, last_from: usize| -> Option<Parts> {
        let mut parts = vec![Vec::new(); count];
        for row in 0..rows {
            for (block, part) in parts.iter_mut().enumerate() {
                if row + 1 < rows || block >= last_from {
                    part.push(bytes.next()?);
                }
            }
        }
        Some(parts)
    };
    Some((by_turns(short + 1, longer_from)?, by_turns(check, 0)?))
}

/// Whether the check bytes fit the contents: the block is zero at every root of its generator.
fn whole(data: &[u8], check: &[u8]) -> bool {
    let mut root = 1;
    (0..check.len()).all(|_| {
        let at = data
            .iter()
            .chain(check)
            .fold(0, |sum, byte| times(sum, root) ^ byte);
        root = times(root, 2);
        at == 0
    })
}

/// Product in the field of 256 elements that the standard uses.
fn times(left: u8, right: u8) -> u8 {
    (0..8).rev().fold(0u8, |product, bit| {
        let doubled = (product << 1) ^ ((product >> 7) * 0x1D);
        doubled ^ (((right >> bit) & 1) * left)
    })
}

/// A place in the bits of the contents.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }

    fn take(&mut self, count: usize) -> Option<usize> {
        (0..count).try_fold(0, |value, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = usize::from((byte >> (7 - self.at % 8)) & 1);
            self.at += 1;
            Some((value << 1) | bit)
        })
    }
}

/// What the contents say: runs of digits, capitals, bytes or double-byte characters, until the end mark.
fn words(data: &[u8], version: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { bytes: data, at: 0 };
    let mut out = Vec::new();
    let group = usize::from(version >= 10) + usize::from(version >= 27);
    while bits.left() >= 4 {
        let lengths = match bits.take(4)? {
            0 => break,
            1 => [10, 12, 14],
            2 => [9, 11, 13],
            4 => [8, 16, 16],
            8 => [8, 10, 12],
            _ => return None,
        };
        let count = bits.take(lengths[group])?;
        match lengths[0] {
            10 => digits(&mut bits, count, &mut out)?,
            9 => letters(&mut bits, count, &mut out)?,
            _ if lengths[1] == 16 => {
                for _ in 0..count {
                    out.push(u8::try_from(bits.take(8)?).ok()?);
                }
            }
            _ => doubles(&mut bits, count, &mut out)?,
        }
    }
    Some(out)
}

fn digits(bits: &mut Bits<'_>, count: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut left = count;
    while left > 0 {
        let now = left.min(3);
        let value = bits.take(now * 3 + 1)?;
        let text = format!("{value:0now$}");
        if text.len() != now {
            return None;
        }
        out.extend(text.into_bytes());
        left -= now;
    }
    Some(())
}

fn letters(bits: &mut Bits<'_>, count: usize, out: &mut Vec<u8>) -> Option<()> {
    for _ in 0..count / 2 {
        let pair = bits.take(11)?;
        out.push(*LETTERS.get(pair / 45)?);
        out.push(*LETTERS.get(pair % 45)?);
    }
    if count % 2 == 1 {
        out.push(*LETTERS.get(bits.take(6)?)?);
    }
    Some(())
}

/// Pairs of bytes that look like Shift JIS to the writer; UTF-8 now and then does.
fn doubles(bits: &mut Bits<'_>, count: usize, out: &mut Vec<u8>) -> Option<()> {
    for _ in 0..count {
        let value = bits.take(13)?;
        let packed = ((value / 0xC0) << 8) | (value % 0xC0);
        let pair = packed + if packed + 0x8140 <= 0x9FFC { 0x8140 } else { 0xC140 };
        out.extend(u16::try_from(pair).ok()?.to_be_bytes());
    }
    Some(())
}
