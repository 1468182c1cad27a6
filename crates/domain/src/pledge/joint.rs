//! Promising together: who is meant where the author of an item writes with whom (N4).

/// Whether a name stands among those an item is promised together with. `others` are further names of the branch: where
/// one of them holds this name and more, it is the one that is meant.
#[must_use]
pub fn is_named<'a>(joint: &str, name: &str, others: impl IntoIterator<Item = &'a str>) -> bool {
    if name.trim().is_empty() || !joint.contains(name) {
        return false;
    }
    let longer = others
        .into_iter()
        .filter(|other| other.len() > name.len() && other.contains(name));
    let rest = longer.fold(joint.to_owned(), |rest, other| rest.replace(other, "\n"));
    rest.contains(name)
}

/// The same partners seen from one of them: the author's name in the place of his own.
#[must_use]
pub fn seen_by(joint: &str, name: &str, author: &str) -> String {
    joint.replacen(name, author, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_meant_is_named() {
        let branch = ["马丽", "马丽华", "陈建国", "李和平"];
        for (joint, name, want) in [
            ("马丽、陈建国", "马丽", true),
            ("马丽和陈建国", "陈建国", true),
            ("李和平同志", "李和平", true),
            ("马丽华、陈建国", "马丽", false),
            ("马丽华、马丽", "马丽", true),
            ("马丽华", "马丽华", true),
            ("产科党支部", "马丽", false),
            ("", "马丽", false),
            ("马丽", " ", false),
        ] {
            assert_eq!(is_named(joint, name, branch), want, "{joint} {name}");
        }
        assert_eq!(seen_by("马丽、陈建国", "陈建国", "李和平"), "马丽、李和平");
    }
}
