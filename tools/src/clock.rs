// SPDX-License-Identifier: GPL-2.0-or-later
//! Times in the form of ctime(3), in the local time zone.

use core::mem::MaybeUninit;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `Wed Jun 30 21:49:08 1993`, for seconds since 1970; the bare number where
/// the C library cannot break it down.
pub fn long(seconds: i64) -> String {
    match broken_down(seconds) {
        Some(tm) => format!("{} {} {}", name(&DAYS, tm.tm_wday), day(&tm), year(&tm)),
        None => seconds.to_string(),
    }
}

/// `Jun 30 21:49:08`, without week day and year.
pub fn short(seconds: i64) -> String {
    broken_down(seconds).map_or_else(|| seconds.to_string(), |tm| day(&tm))
}

fn day(tm: &libc::tm) -> String {
    let month = name(&MONTHS, tm.tm_mon);
    let (day, hour, minute, second) = (tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    format!("{month} {day:2} {hour:02}:{minute:02}:{second:02}")
}

fn year(tm: &libc::tm) -> i64 {
    i64::from(tm.tm_year) + 1900
}

fn name(names: &[&'static str], index: i32) -> &'static str {
    usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or("???")
}

fn broken_down(seconds: i64) -> Option<libc::tm> {
    let seconds = libc::time_t::try_from(seconds).ok()?;
    let mut tm = MaybeUninit::uninit();
    // SAFETY: both pointers are to locals that outlive the call.
    let filled = unsafe { libc::localtime_r(&raw const seconds, tm.as_mut_ptr()) };
    // SAFETY: not null means that the whole structure was written.
    (!filled.is_null()).then(|| unsafe { tm.assume_init() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_those_of_ctime() {
        // Any zone: the first of two days is in 1970 or just before it.
        let shown = long(86_400);
        assert_eq!(shown.len(), 24, "{shown}");
        assert!(shown.contains(" Jan  "), "{shown}");
        assert_eq!(short(86_400), shown[4..19]);
    }

    #[test]
    fn a_time_beyond_all_years_is_a_number() {
        assert_eq!(long(i64::MAX), i64::MAX.to_string());
        assert_eq!(short(i64::MIN), i64::MIN.to_string());
    }
}
