// SPDX-License-Identifier: GPL-2.0-or-later
//! What `bench/` measured in a boot: [`Figures`] pools the records of all turns, [`table`] prints
//! them with their budgets, [`plot`] draws them.

pub mod plot;
pub mod table;

use std::collections::BTreeMap;

use crate::Result;

/// Whose shared memory was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The C library's own, over files.
    Incumbent,
    /// The shm server.
    Ours,
}

impl Side {
    /// Both, in the order of their turns.
    pub const ALL: [Self; 2] = [Self::Incumbent, Self::Ours];

    /// Its name in files and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incumbent => "incumbent",
            Self::Ours => "shm",
        }
    }
}

/// Median, least and most of some samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Figure {
    /// Of these samples, if there are any.
    #[must_use]
    pub fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let median = (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0;
        Some(Self {
            median,
            least,
            most,
        })
    }
}

/// The samples of a run: microseconds, or calls per second.
#[derive(Debug, Default)]
pub struct Figures {
    samples: BTreeMap<(String, u64, Side), Vec<f64>>,
    /// What the programs said beside, once each.
    pub remarks: Vec<String>,
}

impl Figures {
    /// Adds the lines that a program printed: name, parameter, unit, three figures, samples.
    ///
    /// # Errors
    /// A line is no record.
    pub fn add(&mut self, side: Side, output: &str) -> Result<()> {
        for line in output.lines() {
            if let Some(remark) = line.strip_prefix('#') {
                let remark = format!("{}: {}", side.name(), remark.trim());
                if !self.remarks.contains(&remark) {
                    self.remarks.push(remark);
                }
                continue;
            }
            let odd = || format!("not a record: {line}");
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, parameter, _unit, _, _, _, samples] = fields[..] else {
                return Err(odd().into());
            };
            let parameter = parameter.parse().map_err(|_| odd())?;
            let samples: Result<Vec<f64>, _> = samples.split(' ').map(str::parse).collect();
            let key = (name.to_owned(), parameter, side);
            let known = self.samples.entry(key).or_default();
            known.extend(samples.map_err(|_| odd())?);
        }
        Ok(())
    }

    /// The figures of one name and parameter on one side.
    #[must_use]
    pub fn get(&self, side: Side, name: &str, parameter: u64) -> Option<Figure> {
        let key = (name.to_owned(), parameter, side);
        Figure::of(self.samples.get(&key)?)
    }

    /// The same with the samples of both sides: what has nothing to do with either.
    #[must_use]
    pub fn both(&self, name: &str, parameter: u64) -> Option<Figure> {
        let samples: Vec<f64> = Side::ALL
            .iter()
            .filter_map(|side| self.samples.get(&(name.to_owned(), parameter, *side)))
            .flatten()
            .copied()
            .collect();
        Figure::of(&samples)
    }

    /// The names that begin with `prefix`, and their parameters.
    #[must_use]
    pub fn names(&self, prefix: &str) -> Vec<(String, u64)> {
        let keys = self.samples.keys();
        let matching = keys.filter(|(name, ..)| name.starts_with(prefix));
        matching
            .map(|(name, parameter, _)| (name.clone(), *parameter))
            .collect()
    }

    /// The parameters for which there is a name, on any side.
    #[must_use]
    pub fn parameters(&self, name: &str) -> Vec<u64> {
        let matching = self.samples.keys().filter(|(known, ..)| known == name);
        let mut all: Vec<u64> = matching.map(|(_, parameter, _)| *parameter).collect();
        all.dedup();
        all
    }
}

/// A size, in the unit that suits it.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..0x10_0000 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_pooled() {
        let mut figures = Figures::default();
        figures
            .add(Side::Ours, "# slow\nshmget\t4096\tus\t2\t1\t3\t1.0 3.0")
            .unwrap();
        figures
            .add(Side::Ours, "# slow\nshmget\t4096\tus\t8\t8\t8\t8.0")
            .unwrap();
        figures
            .add(Side::Incumbent, "shmget\t1048576\tus\t5\t5\t5\t5.0\n")
            .unwrap();
        let pooled = figures.get(Side::Ours, "shmget", 4096).unwrap();
        assert_eq!((pooled.least, pooled.median, pooled.most), (1.0, 3.0, 8.0));
        assert_eq!(figures.get(Side::Incumbent, "shmget", 4096), None);
        assert_eq!(figures.parameters("shmget"), [4096, 1 << 20]);
        assert_eq!(figures.remarks, ["shm: slow"]);
    }

    #[test]
    fn a_median_of_two_lies_between_them() {
        let figure = Figure::of(&[4.0, 1.0]).unwrap();
        assert_eq!((figure.least, figure.median, figure.most), (1.0, 2.5, 4.0));
        assert_eq!(Figure::of(&[]), None);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for line in ["shmget", "shmget\t1\tus\t1\t1\t1\tx", "Segmentation fault"] {
            assert!(Figures::default().add(Side::Ours, line).is_err(), "{line}");
        }
    }
}
