// SPDX-License-Identifier: GPL-2.0-or-later
//! The table of faults in `tests/README.md`: each test that it names is where it says.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use crate::workspace;

    /// What stands between backticks in a cell.
    fn quoted(cell: &str) -> Vec<&str> {
        cell.split('`').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_test_of_the_table_of_faults_exists() {
        let readme = fs::read_to_string(workspace().join("tests/README.md")).unwrap();
        let (_, table) = readme.split_once("| fault | file | test |").unwrap();
        let mut files = BTreeMap::new();
        let mut count = 0;
        for row in table.lines().skip(2).take_while(|row| row.starts_with('|')) {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
            let [fault, file, tests] = cells[..] else {
                panic!("not three cells: {row}");
            };
            let [path] = quoted(file)[..] else {
                panic!("{fault}: no one file");
            };
            let text = files.entry(path.to_owned()).or_insert_with(|| {
                fs::read_to_string(workspace().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
            });
            let names = quoted(tests);
            assert!(!names.is_empty(), "{fault}: no test");
            for name in names {
                assert!(text.contains(name), "{fault}: {path} has no {name}");
                count += 1;
            }
        }
        assert!(count > 40, "{count} tests in the table");
    }
}
