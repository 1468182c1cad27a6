//! The public log's Merkle tree, exactly as RFC 6962 section 2.1 (SHA-256): anybody verifies it with any other
//! implementation (AL-03, PRODUCT.md 3.9).
//!
//! Leaf hash: SHA-256(0x00 ‖ entry). Node hash: SHA-256(0x01 ‖ left ‖ right). The empty tree: SHA-256 of nothing.

use crate::canonical::sha256;
use crate::problem::Problem;

/// A 32-byte hash.
pub type Hash = [u8; 32];

/// The hash of an entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut bytes = Vec::with_capacity(entry.len() + 1);
    bytes.push(0);
    bytes.extend_from_slice(entry);
    sha256(&bytes)
}

/// The hash of an inner node.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1u8; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    sha256(&bytes)
}

/// The root over leaf hashes, grown one leaf at a time: keeps one hash per bit of the size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Root {
    size: u64,
    /// Roots of the full subtrees, largest first.
    peaks: Vec<Hash>,
}

impl Root {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut size = self.size;
        while size & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            size >>= 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Leaves so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return sha256(&[]);
        };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

impl FromIterator<Hash> for Root {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut root = Self::new();
        leaves.into_iter().for_each(|leaf| root.push(leaf));
        root
    }
}

/// The root hash over leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    leaves.iter().copied().collect::<Root>().hash()
}

/// The largest power of two smaller than `n` (n ≥ 2).
fn split(n: usize) -> usize {
    1 << (usize::BITS - 1 - (n - 1).leading_zeros())
}

/// The inclusion proof (audit path) of the leaf at `index`, from the leaf's sibling up.
///
/// # Errors
/// `problem.log.no_such_entry` when the tree has no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Result<Vec<Hash>, Problem> {
    if index >= leaves.len() {
        return Err(Problem::not_found("problem.log.no_such_entry"));
    }
    let mut proof = Vec::new();
    let (mut part, mut index) = (leaves, index);
    while part.len() > 1 {
        let (left, right) = part.split_at(split(part.len()));
        if index < left.len() {
            proof.push(root(right));
            part = left;
        } else {
            index -= left.len();
            proof.push(root(left));
            part = right;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Whether a proof shows that `leaf` stands at `index` in the tree of `size` leaves with this root.
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// The consistency proof between the first `old_size` leaves and all of them (RFC 6962 section 2.1.2).
///
/// # Errors
/// `problem.log.no_such_entry` when the old size is zero or larger than the tree.
pub fn consistency_proof(leaves: &[Hash], old_size: usize) -> Result<Vec<Hash>, Problem> {
    if old_size == 0 || old_size > leaves.len() {
        return Err(Problem::not_found("problem.log.no_such_entry"));
    }
    let mut proof = Vec::new();
    let (mut part, mut m, mut whole) = (leaves, old_size, true);
    while m < part.len() {
        let k = split(part.len());
        let (left, right) = part.split_at(k);
        if m <= k {
            proof.push(root(right));
            part = left;
        } else {
            proof.push(root(left));
            part = right;
            m -= k;
            whole = false;
        }
    }
    if !whole {
        proof.push(root(part));
    }
    proof.reverse();
    Ok(proof)
}

/// Whether a proof shows that the tree of `old_size` leaves is the beginning of the tree of `size` leaves.
#[must_use]
pub fn verify_consistency(old_size: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old_size == 0 || old_size > size {
        return false;
    }
    if old_size == size {
        return proof.is_empty() && old_root == root;
    }
    let (mut at, mut last) = (old_size - 1, size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let mut rest = proof.iter();
    // A power of two: the old root itself is the first node and is not repeated in the proof.
    let first = if at == 0 { Some(old_root) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut old, mut new) = (*first, *first);
    for node in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = node_hash(node, &old);
            new = node_hash(node, &new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, node);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old == *old_root && new == *root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::{from_hex, hex};
    use proptest::prelude::*;

    /// The leaves and roots that implementations of RFC 6962 test each other with.
    const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves() -> Vec<Hash> {
        LEAVES
            .iter()
            .map(|l| leaf_hash(&from_hex(l).expect("hex")))
            .collect()
    }

    #[test]
    fn roots_are_those_of_the_known_vectors() {
        let leaves = leaves();
        let mut grown = Root::new();
        for (size, want) in ROOTS.iter().enumerate() {
            assert_eq!(hex(&root(&leaves[..size])), *want, "size {size}");
            assert_eq!(hex(&grown.hash()), *want, "grown to {size}");
            if let Some(leaf) = leaves.get(size) {
                grown.push(*leaf);
            }
        }
        assert_eq!(grown.size(), 8);
    }

    #[test]
    fn proofs_are_those_of_the_known_vectors() {
        let proof = |i: usize, n: usize| -> Vec<String> {
            inclusion_proof(&leaves()[..n], i)
                .expect("inside")
                .iter()
                .map(|h| hex(h))
                .collect()
        };
        assert_eq!(
            proof(0, 8),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        );
        assert_eq!(
            proof(5, 8),
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert!(proof(0, 1).is_empty());
        assert_eq!(
            inclusion_proof(&leaves(), 8).expect_err("outside").key,
            "problem.log.no_such_entry"
        );
        let steps = consistency_proof(&leaves(), 1).expect("inside");
        let want = inclusion_proof(&leaves(), 0).expect("inside");
        assert_eq!(steps, want, "from one leaf it is the path of that leaf");
    }

    proptest! {
        #[test]
        fn every_leaf_is_proved_and_nothing_else(size in 1usize..70, pick: u32, other: u32, bit in 0usize..256) {
            let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let (index, other) = (pick as usize % size, other as usize % size);
            let top = root(&leaves);
            let proof = inclusion_proof(&leaves, index).expect("inside");
            let verify = |leaf: &Hash, at: usize, proof: &[Hash], top: &Hash| {
                verify_inclusion(leaf, at as u64, size as u64, proof, top)
            };
            prop_assert!(verify(&leaves[index], index, &proof, &top));
            if other != index {
                prop_assert!(!verify(&leaves[other], index, &proof, &top));
                prop_assert!(!verify(&leaves[index], other, &proof, &top));
            }
            let mut bad = top;
            bad[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify(&leaves[index], index, &proof, &bad));
            if let Some((_, short)) = proof.split_last() {
                prop_assert!(!verify(&leaves[index], index, short, &top));
            }
            let long: Vec<Hash> = proof.iter().copied().chain([top]).collect();
            prop_assert!(!verify(&leaves[index], index, &long, &top));
        }

        #[test]
        fn a_longer_log_keeps_its_beginning(size in 1usize..70, pick: u32) {
            let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let old = pick as usize % size + 1;
            let (old_root, top) = (root(&leaves[..old]), root(&leaves));
            let proof = consistency_proof(&leaves, old).expect("inside");
            prop_assert!(verify_consistency(old as u64, &old_root, size as u64, &top, &proof));
            let mut rewritten = leaves.clone();
            rewritten[0] = leaf_hash(b"rewritten");
            let forged = root(&rewritten);
            prop_assert!(!verify_consistency(old as u64, &old_root, size as u64, &forged, &proof));
        }
    }
}
