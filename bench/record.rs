// SPDX-License-Identifier: GPL-2.0-or-later
//! What was measured, in order, and how it is printed.

use std::fmt::Write as _;

enum Unit {
    Microseconds,
    PerSecond,
}

struct Record {
    name: String,
    parameter: usize,
    unit: Unit,
    samples: Vec<f64>,
}

/// All records of a run.
#[derive(Default)]
pub struct Book {
    records: Vec<Record>,
    remarks: Vec<String>,
}

impl Book {
    /// Adds a sample in ticks.
    pub fn add(&mut self, name: &str, parameter: usize, ticks: u64) {
        self.add_part(name, parameter, ticks, 1);
    }

    /// Adds a sample of something that was done `times` times in `ticks`.
    pub fn add_part(&mut self, name: &str, parameter: usize, ticks: u64, times: usize) {
        self.sample(
            name,
            parameter,
            Unit::Microseconds,
            ticks as f64 / times as f64,
        );
    }

    /// Adds a rate.
    pub fn add_rate(&mut self, name: &str, parameter: usize, per_second: f64) {
        self.sample(name, parameter, Unit::PerSecond, per_second);
    }

    /// Adds a line for the reader.
    pub fn remark(&mut self, text: String) {
        self.remarks.push(text);
    }

    fn sample(&mut self, name: &str, parameter: usize, unit: Unit, sample: f64) {
        let same = |record: &&mut Record| record.name == name && record.parameter == parameter;
        match self.records.iter_mut().find(same) {
            Some(record) => record.samples.push(sample),
            None => self.records.push(Record {
                name: name.to_owned(),
                parameter,
                unit,
                samples: vec![sample],
            }),
        }
    }

    /// One line for each record.
    pub fn print(&self, ticks_per_microsecond: f64) -> String {
        let mut text = String::new();
        for remark in &self.remarks {
            let _ = writeln!(text, "# {remark}");
        }
        for record in &self.records {
            let (unit, scale) = match record.unit {
                Unit::Microseconds => ("us", ticks_per_microsecond),
                Unit::PerSecond => ("1/s", 1.0),
            };
            let mut samples: Vec<f64> =
                record.samples.iter().map(|sample| sample / scale).collect();
            samples.sort_by(f64::total_cmp);
            let (least, most) = (samples[0], samples[samples.len() - 1]);
            let median = (samples[(samples.len() - 1) / 2] + samples[samples.len() / 2]) / 2.0;
            let Record {
                name, parameter, ..
            } = record;
            let _ = write!(
                text,
                "{name}\t{parameter}\t{unit}\t{median:.2}\t{least:.2}\t{most:.2}\t"
            );
            for (index, sample) in samples.iter().enumerate() {
                let _ = write!(text, "{}{sample:.2}", if index == 0 { "" } else { " " });
            }
            text.push('\n');
        }
        text
    }
}
