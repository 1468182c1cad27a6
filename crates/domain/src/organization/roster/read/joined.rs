//! Fields that lie in more than one column: department and post, two remarks.

use super::{Notes, People, problem, value};
use crate::organization::raw::RawCell;
use crate::organization::roster::Field;

impl People<'_> {
    /// The text of a field: of one column, or of several joined in the order given. What a column says that the next one
    /// begins with is not said twice.
    pub(super) fn text(&self, row: &[RawCell], field: Field) -> String {
        let first = self.columns.get(&field).copied();
        let more = self.of_all.joined.get(&field).into_iter().flatten().copied();
        let between = field.joint().unwrap_or_default();
        let mut out = String::new();
        for part in first.into_iter().chain(more).map(|at| value::plain(row.get(at))) {
            let latin = part.starts_with(|c: char| c.is_ascii_alphanumeric());
            if part.is_empty() || out.ends_with(&part) {
                continue;
            }
            if part.starts_with(&out) {
                out = part;
                continue;
            }
            let apart = latin && between.is_empty() && out.ends_with(|c: char| c.is_ascii_alphanumeric());
            out.push_str(if apart { " " } else { between });
            out.push_str(&part);
        }
        out
    }

    /// Errors of the spreadsheet: without name, branch or class there is no person, any other field stays empty.
    pub(super) fn faults(&self, row: &[RawCell], notes: &mut Notes<'_>) {
        for &field in self.columns.keys().filter(|f| **f != Field::Serial) {
            if let Some(cell) = self.cell(row, field).filter(|c| value::is_fault(c)) {
                let needed = matches!(field, Field::Name | Field::Branch | Field::Class);
                notes.add(self, row, field, value::fault_key(cell, needed), needed);
            }
        }
        self.joined_faults(row, notes);
    }

    /// Errors of the spreadsheet in the further columns: that part of the text stays empty.
    fn joined_faults(&self, row: &[RawCell], notes: &mut Notes<'_>) {
        for &at in self.of_all.joined.values().flatten() {
            if let Some(cell) = row.get(at).filter(|c| value::is_fault(c)) {
                let label = self.sheet.rows.get(self.header_row).and_then(|r| r.get(at));
                let label = label.map(RawCell::text).unwrap_or_default();
                let key = value::fault_key(cell, false);
                let args = [("text", cell.text())];
                let args = args.each_ref().map(|(n, t)| (*n, t.as_str()));
                notes
                    .list
                    .push(problem(notes.sheet, notes.row, &label, key, &args, false));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::organization::raw::{RawBook, RawCell, RawSheet};
    use crate::organization::roster::{Field, RosterReading, read, suggest};
    use std::collections::BTreeMap;

    fn sheet(lines: &[&str]) -> RawSheet {
        let cells = |line: &&str| line.split('|').map(|c| RawCell::Text(c.to_owned())).collect();
        RawSheet {
            rows: lines.iter().map(cells).collect(),
            ..RawSheet::default()
        }
    }

    fn posts(reading: &RosterReading) -> Vec<&str> {
        reading.people.iter().map(|p| p.record.post.as_str()).collect()
    }

    #[test]
    fn department_and_post_in_two_columns_are_one_text() {
        for (head, row, post) in [
            (
                "姓名|党支部|类别|部门|职务",
                "王䶮|甲党支部|党员|产科|主任",
                "产科 主任",
            ),
            (
                "姓名|党支部|类别|职务|部门",
                "王䶮|甲党支部|党员|主任|产科",
                "产科 主任",
            ),
            (
                "姓名|党支部|类别|科室|职务",
                "王䶮|甲党支部|党员|产科|产科主任",
                "产科主任",
            ),
            ("姓名|党支部|类别|科室|职务", "王䶮|甲党支部|党员|产科|", "产科"),
            (
                "姓名|党支部|类别|部门|工作单位及职务",
                "王䶮|甲党支部|党员|产科|产科护士",
                "产科护士",
            ),
            ("姓名|党支部|类别|科室", "王䶮|甲党支部|党员|产科", "产科"),
            (
                "name|branch|class|department|position",
                "Li|A|party member|Surgery|Head",
                "Surgery Head",
            ),
        ] {
            let book = RawBook {
                sheets: vec![sheet(&[head, row])],
            };
            let reading = read(&book, &BTreeMap::new());
            assert_eq!(posts(&reading), [post], "{head}: {:?}", reading.problems);
        }
    }

    #[test]
    fn two_columns_of_one_meaning_are_joined_in_their_order_and_an_error_in_one_is_told() {
        let mut sheet = sheet(&["姓名|党支部|类别|职务|岗位", "王䶮|甲党支部|党员|主任|门诊"]);
        let mut map = suggest(&sheet).expect("a header");
        map.joined.insert(Field::Post, vec![4]);
        let maps = BTreeMap::from([(0, map)]);
        let told = |sheet: &RawSheet| {
            let book = RawBook {
                sheets: vec![sheet.clone()],
            };
            let reading = read(&book, &maps);
            let keys = reading.problems.iter().map(|p| p.key.clone()).collect::<Vec<_>>();
            (posts(&reading).join(""), keys)
        };
        assert_eq!(told(&sheet), ("主任 门诊".to_owned(), vec![]));
        sheet.rows[1][4] = RawCell::Fault("#N/A".to_owned());
        assert_eq!(
            told(&sheet),
            ("主任".to_owned(), vec!["roster.cell_fault_empty".to_owned()])
        );
    }
}
