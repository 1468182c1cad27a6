use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::select::{Inspector, PoolEntry, Recusal};
use super::*;

fn entry(stratum: &str, id: &str) -> PoolEntry {
    PoolEntry {
        stratum: stratum.to_owned(),
        id: id.to_owned(),
    }
}

/// Three branches of 40, 17 and 3 items, six inspectors.
fn frozen() -> Frozen {
    let sizes = [("b-obstetrics", 40), ("a-neonatal", 17), ("c-retired", 3)];
    let pool = sizes
        .iter()
        .flat_map(|(s, n)| (0..*n).map(move |i| entry(s, &format!("{}{i:03}", &s[..1]))));
    let inspectors = [
        ("b-obstetrics", "i1"),
        ("a-neonatal", "i2"),
        ("c-retired", "i3"),
        ("d", "i4"),
        ("d", "i5"),
        ("e", "i6"),
    ];
    let recusals = [Recusal {
        stratum: "b-obstetrics".to_owned(),
        id: "i4".to_owned(),
    }];
    Frozen {
        pool: pool.collect(),
        inspectors: inspectors
            .map(|(unit, id)| Inspector {
                unit: unit.to_owned(),
                id: id.to_owned(),
            })
            .to_vec(),
        recusals: recusals.to_vec(),
        sample: 10,
        minimum: 1,
        inspectors_per_stratum: 2,
        seed_source: "20 dice thrown at the symposium of 14 February 2011".to_owned(),
    }
    .freeze()
    .expect("can be drawn")
}

fn drawn(seed: &str) -> Draw {
    Draw {
        frozen: frozen(),
        state: DrawState::Frozen,
    }
    .enter_seed(seed)
    .expect("seed")
}

/// Golden values made by a separate Python program that follows the module's documentation with hashlib.
#[test]
fn agrees_with_another_program() {
    let file = DrawFile::of(&drawn("36125 41653 22146 53126"));
    assert_eq!(
        file.pool_hash,
        "cbb334cdda5284b25fcf3be7b7703f67f57a7d5f65119f0efb11310f1d04683e"
    );
    assert_eq!(
        file.inspectors_hash,
        "608cef50fd56102fed7ae58b8b5ae8c70757295eceb9f18251d4d02905096d6c"
    );
    assert_eq!(
        file.commitment,
        "83f7c1385ae83b93b9f5a76a6f99b1ccc82b687e2880e805e081188e51f6243b"
    );
    let items: Vec<String> = file
        .items
        .iter()
        .map(|i| format!("{} {}/{} {}", i.stratum, i.number, i.of, i.id))
        .collect();
    assert_eq!(
        items.join("\n"),
        "a-neonatal 5/17 a004\n\
         a-neonatal 8/17 a007\n\
         b-obstetrics 14/40 b013\n\
         b-obstetrics 40/40 b039\n\
         b-obstetrics 39/40 b038\n\
         b-obstetrics 3/40 b002\n\
         b-obstetrics 32/40 b031\n\
         b-obstetrics 19/40 b018\n\
         b-obstetrics 13/40 b012\n\
         c-retired 1/3 c000"
    );
    let inspectors: Vec<String> = file
        .drawn_inspectors
        .iter()
        .map(|i| format!("{} {}", i.stratum, i.id))
        .collect();
    assert_eq!(
        inspectors.join("\n"),
        "a-neonatal i4\n\
         a-neonatal i6\n\
         b-obstetrics i6\n\
         b-obstetrics i5\n\
         c-retired i4\n\
         c-retired i1"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases, read as a whole")]
fn a_published_file_replays_and_a_changed_one_does_not() {
    let file = DrawFile::of(&drawn("３６１２５４１６５３２２１４６５３１２６"));
    let json = serde_json::to_string_pretty(&file).expect("json");
    let back = DrawFile::read(&json).expect("own file");
    assert_eq!(back, file);
    assert_eq!(file.seed.as_deref(), Some("36125416532214653126"));
    let good = replay(&back, Some(&file.commitment)).expect("replay");
    assert_eq!((good.hashes_agree, good.result_agrees), (true, Some(true)));
    assert!(!replay(&back, Some(&"0".repeat(64))).expect("replay").hashes_agree);

    type Change = fn(&mut DrawFile);
    let table: &[(&str, Change, bool, Option<bool>)] = &[
        (
            "another item",
            |f| f.items[0].id = "a000x".into(),
            true,
            Some(false),
        ),
        (
            "an item left out",
            |f| {
                f.items.pop();
            },
            true,
            Some(false),
        ),
        (
            "another inspector",
            |f| f.drawn_inspectors.swap(0, 1),
            true,
            Some(false),
        ),
        (
            "another seed",
            |f| f.seed = Some("66666666666666666666".into()),
            true,
            Some(false),
        ),
        ("no seed yet", |f| f.seed = None, true, None),
        (
            "an item taken out of the pool",
            |f| {
                f.frozen.pool.remove(20);
            },
            false,
            Some(false),
        ),
        (
            "the pool out of order",
            |f| f.frozen.pool.swap(0, 1),
            false,
            Some(true),
        ),
        (
            "a recusal taken back",
            |f| f.frozen.recusals.clear(),
            false,
            Some(false),
        ),
        (
            "the source reworded",
            |f| f.frozen.seed_source = "whatever".into(),
            false,
            Some(false),
        ),
        (
            "the hash changed",
            |f| f.pool_hash = "0".repeat(64),
            false,
            Some(true),
        ),
    ];
    for (name, change, hashes, result) in table {
        let mut changed = file.clone();
        change(&mut changed);
        let got = replay(&changed, None).expect(name);
        assert_eq!(
            (got.hashes_agree, got.result_agrees),
            (*hashes, *result),
            "{name}"
        );
    }
    for bad in [
        "",
        "{}",
        "[]",
        "{\"format\":\"jiannuo-draw-1\"}",
        &json.replace("draw-1", "draw-9"),
    ] {
        assert_eq!(
            DrawFile::read(bad).expect_err("no draw file").key,
            "problem.draw.file"
        );
    }
}

#[test]
fn what_cannot_be_drawn_is_not_frozen() {
    type Change = fn(&mut Frozen);
    let table: &[(Change, &str)] = &[
        (|f| f.pool.clear(), "problem.draw.pool_empty"),
        (|f| f.pool.push(entry("x", "a000")), "problem.draw.twice"),
        (|f| f.pool.push(entry("x", "a b")), "problem.draw.text"),
        (|f| f.pool.push(entry("", "z")), "problem.draw.text"),
        (|f| f.sample = 0, "problem.draw.sample"),
        (|f| f.sample = 61, "problem.draw.sample"),
        (|f| f.inspectors_per_stratum = 1, "problem.draw.inspectors_two"),
        (
            |f| {
                f.inspectors.push(Inspector {
                    unit: "z".into(),
                    id: "i1".into(),
                })
            },
            "problem.draw.twice",
        ),
        (|f| f.inspectors.truncate(2), "problem.draw.inspectors_few"),
        (|f| f.seed_source.clear(), "problem.draw.source_missing"),
        (|f| f.seed_source.push('\n'), "problem.draw.source_missing"),
    ];
    for (change, key) in table {
        let mut bad = frozen();
        change(&mut bad);
        assert_eq!(bad.freeze().expect_err(key).key, *key);
    }
    for (seed, key) in [
        ("123", "problem.draw.seed_short"),
        (" 1 2 3 4 5 6 ", "problem.draw.seed_short"),
        ("12345678901\0", "problem.draw.seed_text"),
    ] {
        assert_eq!(normal_seed(seed).expect_err(key).key, key);
    }
    assert!(normal_seed(&"6".repeat(513)).is_err());
}

#[test]
fn a_seed_is_entered_once_and_a_void_draw_stays() {
    let draw = drawn("36125416532214653126");
    assert_eq!(
        draw.clone()
            .enter_seed("66666666666666666666")
            .expect_err("twice")
            .key,
        "problem.draw.already_drawn"
    );
    assert_eq!(
        draw.clone().declare_void(" ").expect_err("why").key,
        "problem.reason.missing"
    );
    let void = draw
        .clone()
        .declare_void("a die fell off the table")
        .expect("void");
    let file = DrawFile::of(&void);
    assert_eq!(file.items, DrawFile::of(&draw).items);
    assert!(file.void_reason.is_some());
    assert_eq!(
        void.clone()
            .enter_seed("66666666666666666666")
            .expect_err("void")
            .key,
        "problem.draw.void"
    );
    assert!(void.declare_void("again").is_err());
}

#[test]
fn places_follow_sizes_above_the_minimum() {
    let places = |sample, minimum| {
        let f = Frozen {
            sample,
            minimum,
            ..frozen()
        };
        f.places().into_values().collect::<Vec<_>>()
    };
    // Strata in byte order: 17, 40 and 3 items.
    assert_eq!(places(3, 1), [1, 1, 1]);
    assert_eq!(places(10, 1), [2, 7, 1]);
    assert_eq!(places(10, 0), [3, 7, 0]);
    assert_eq!(places(60, 1), [17, 40, 3]);
    assert_eq!(places(1, 4), [4, 4, 3], "the minimum holds above the sample");
}

/// RD-03: 2000 draws of 3 of 20: every item equally often, also in the first place. With p = 3/20 the standard
/// deviation over 2000 draws is 16; six of them never happen by chance, and the seeds are fixed anyway.
#[test]
fn two_thousand_draws_are_fair() {
    let base = Frozen {
        pool: (0..20).map(|i| entry("a", &format!("n{i:02}"))).collect(),
        sample: 3,
        minimum: 0,
        ..frozen()
    };
    let (mut all, mut first, mut pairs) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for n in 0..2000 {
        let (items, inspectors) = base.select(&format!("seed-number-{n}"));
        assert_eq!(
            items.iter().map(|i| &i.id).collect::<BTreeSet<_>>().len(),
            3,
            "nobody twice"
        );
        assert_eq!(inspectors.iter().map(|i| &i.id).collect::<BTreeSet<_>>().len(), 2);
        *first.entry(items[0].id.clone()).or_insert(0i32) += 1;
        for item in items {
            *all.entry(item.id).or_insert(0i32) += 1;
        }
        for inspector in inspectors {
            *pairs.entry(inspector.id).or_insert(0i32) += 1;
        }
    }
    assert_eq!((all.len(), first.len(), pairs.len()), (20, 20, 6));
    assert!(all.values().all(|n| (n - 300).abs() < 96), "{all:?}");
    assert!(first.values().all(|n| (n - 100).abs() < 58), "{first:?}");
    assert!(pairs.values().all(|n| (n - 2000 / 3).abs() < 126), "{pairs:?}");
}

proptest! {
    #[test]
    fn every_draw_keeps_its_promises(
        sizes in proptest::collection::vec(1usize..12, 1..6), sample in 1u32..30, minimum in 0u32..4, seed in "[1-6]{20}",
    ) {
        let pool: Vec<PoolEntry> = sizes.iter().enumerate()
            .flat_map(|(s, n)| (0..*n).map(move |i| entry(&format!("s{s}"), &format!("s{s}n{i}")))).collect();
        let sample = sample.min(u32::try_from(pool.len()).expect("small"));
        let frozen = Frozen { pool, sample, minimum, ..frozen() }.freeze().expect("can be drawn");
        let (items, inspectors) = frozen.select(&seed);
        let asked: usize = sizes.iter().map(|n| (*n).min(minimum as usize)).sum();
        prop_assert_eq!(items.len(), asked.max(sample as usize));
        prop_assert_eq!(items.iter().map(|i| &i.id).collect::<BTreeSet<_>>().len(), items.len());
        for (s, size) in sizes.iter().enumerate() {
            let got = items.iter().filter(|i| i.stratum == format!("s{s}")).count();
            prop_assert!(got >= (*size).min(minimum as usize) && got <= *size);
        }
        for item in &items {
            let line = frozen.pool.iter().filter(|e| e.stratum == item.stratum).nth(item.number - 1);
            prop_assert_eq!(line.map(|e| &e.id), Some(&item.id));
        }
        for chosen in &inspectors {
            prop_assert!(frozen.eligible(&chosen.stratum).contains(&chosen.id.as_str()));
        }
        // The order in which the pool was gathered does not matter.
        let mut shuffled = frozen.clone();
        shuffled.pool.reverse();
        shuffled.inspectors.reverse();
        let again = shuffled.freeze().expect("same");
        prop_assert_eq!(again.commitment(), frozen.commitment());
        prop_assert_eq!(again.select(&seed).0, items);
    }
}
