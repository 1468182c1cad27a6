//! Codes to scan found in the picture of a page, as a telephone finds them: by their three corners.

use super::*;

struct Picture {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

/// A corner of a code: its middle and the side of a module, in points of the picture.
#[derive(Clone, Copy)]
struct Corner {
    x: f64,
    y: f64,
    module: f64,
}

impl Picture {
    /// The page as it would be printed, at so many dots an inch.
    fn of(pdf: &[u8], page: usize, dots: usize) -> Picture {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), pdf).expect("written");
        let (page, dots) = (page.to_string(), dots.to_string());
        let output = Command::new("pdftoppm")
            .args(["-gray", "-r", &dots, "-f", &page, "-l", &page])
            .arg(file.path())
            .output()
            .expect("pdftoppm");
        let mut at = 0;
        let mut word = || {
            let end = output.stdout[at..]
                .iter()
                .position(u8::is_ascii_whitespace)
                .expect("a head");
            let text = String::from_utf8_lossy(&output.stdout[at..at + end]).into_owned();
            at += end + 1;
            text
        };
        assert_eq!(word(), "P5");
        let (width, height): (usize, usize) =
            (word().parse().expect("width"), word().parse().expect("height"));
        assert_eq!(word(), "255");
        let dark: Vec<bool> = output.stdout[at..].iter().map(|grey| *grey < 128).collect();
        assert_eq!(dark.len(), width * height);
        Picture { width, height, dark }
    }

    fn is_dark(&self, x: f64, y: f64) -> bool {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in a picture"
        )]
        let (x, y) = (x as usize, y as usize);
        x < self.width && y < self.height && self.dark[y * self.width + x]
    }

    /// Lengths of equal dots along a row or a column, with where they begin.
    fn lengths(line: impl Iterator<Item = bool>) -> Vec<(usize, usize, bool)> {
        let mut out: Vec<(usize, usize, bool)> = Vec::new();
        for (at, dark) in line.enumerate() {
            match out.last_mut() {
                Some((_, length, same)) if *same == dark => *length += 1,
                _ => out.push((at, 1, dark)),
            }
        }
        out
    }

    /// The corners that a row crosses: dark, light, three times dark, light, dark.
    fn corners(line: impl Iterator<Item = bool>) -> Vec<(f64, f64)> {
        let lengths = Self::lengths(line);
        let mut out = Vec::new();
        for five in lengths.windows(5).filter(|five| five[0].2) {
            let parts: Vec<f64> = five.iter().map(|(_, length, _)| real(*length)).collect();
            let module = parts.iter().sum::<f64>() / 7.0;
            let fits = |part: f64, wanted: f64| (part - wanted * module).abs() <= 0.5 * module + 0.6;
            let same = parts
                .iter()
                .zip([1.0, 1.0, 3.0, 1.0, 1.0])
                .all(|(part, wanted)| fits(*part, wanted));
            if module >= 1.5 && same {
                out.push((real(five[2].0) + parts[2] / 2.0, module));
            }
        }
        out
    }

    fn all_corners(&self) -> Vec<Corner> {
        let mut out: Vec<Corner> = Vec::new();
        for y in 0..self.height {
            let row = self.dark[y * self.width..(y + 1) * self.width].iter().copied();
            for (x, module) in Self::corners(row) {
                let near =
                    |c: &Corner| (c.x - x).abs() < 3.0 * module && (c.y - real(y)).abs() < 5.0 * module;
                if out.iter().any(near) {
                    continue;
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a place in a picture"
                )]
                let column = x as usize;
                let line = (0..self.height).map(|y| self.dark[y * self.width + column]);
                let crossed = Self::corners(line);
                let found = crossed.iter().find(|(at, _)| (at - real(y)).abs() < 3.0 * module);
                if let Some((middle, _)) = found {
                    out.push(Corner {
                        x,
                        y: *middle,
                        module,
                    });
                }
            }
        }
        out
    }

    /// The code whose upper left corner this is, if any reads.
    fn code_at(&self, corner: Corner, all: &[Corner]) -> Option<String> {
        let near = |a: f64, b: f64| (a - b).abs() < corner.module * 1.5;
        let rights = all.iter().filter(|c| near(c.y, corner.y) && c.x > corner.x + 1.0);
        let mut sides = rights.map(|right| right.x - corner.x);
        sides.find_map(|side| {
            let below = |c: &&Corner| near(c.x, corner.x) && near(c.y, corner.y + side);
            all.iter().find(below)?;
            self.code_of(corner, side)
        })
    }

    /// The code so many points wide from the middle of one corner to that of the next.
    fn code_of(&self, corner: Corner, side: f64) -> Option<String> {
        let sizes = (1..=40).map(|version| 17 + 4 * version);
        let off = |size: &usize| (side / real(size - 7) - corner.module).abs();
        let size = sizes.min_by(|a, b| off(a).total_cmp(&off(b)))?;
        let pitch = side / real(size - 7);
        let module = |x: usize, y: usize| {
            let from = |corner: f64, at: usize| corner + (real(at) - 3.0) * pitch;
            self.is_dark(from(corner.x, x), from(corner.y, y))
        };
        let modules: Vec<Vec<bool>> = (0..size)
            .map(|y| (0..size).map(|x| module(x, y)).collect())
            .collect();
        String::from_utf8(documents::qr::read(&modules)?).ok()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
fn real(number: usize) -> f64 {
    number as f64
}

/// What the codes on a page say, from the top. Another reader, where it is installed, must say the same.
pub fn codes(pdf: &[u8], page: usize, dots: usize) -> Vec<String> {
    let picture = Picture::of(pdf, page, dots);
    let corners = picture.all_corners();
    let read = corners
        .iter()
        .filter_map(|corner| picture.code_at(*corner, &corners));
    let mut found: Vec<String> = read.collect();
    if installed("zbarimg") && !found.is_empty() {
        let mut theirs = by_zbar(pdf, page, dots);
        let mut ours = found.clone();
        theirs.sort();
        ours.sort();
        ours.dedup();
        theirs.dedup();
        assert_eq!(ours, theirs, "two readers differ on page {page}");
    }
    found.dedup();
    found
}

fn by_zbar(pdf: &[u8], page: usize, dots: usize) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a directory");
    let (file, picture) = (directory.path().join("a.pdf"), directory.path().join("p"));
    std::fs::write(&file, pdf).expect("written");
    let (page, dots) = (page.to_string(), dots.to_string());
    let drawn = Command::new("pdftoppm")
        .args(["-png", "-singlefile", "-r", &dots, "-f", &page, "-l", &page])
        .args([&file, &picture])
        .status();
    assert!(drawn.expect("pdftoppm").success());
    let read = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(picture.with_extension("png"))
        .output()
        .expect("zbarimg");
    let text = String::from_utf8_lossy(&read.stdout).into_owned();
    text.lines().map(str::to_owned).collect()
}
