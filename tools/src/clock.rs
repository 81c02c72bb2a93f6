// SPDX-License-Identifier: GPL-2.0-or-later
//! Times in the local time zone, as strftime(3) writes them in the C locale, which no tool leaves.

use core::ffi::CStr;
use core::mem::MaybeUninit;
use std::time::{SystemTime, UNIX_EPOCH};

/// `Wed Jun 30 21:49:08 1993`, for seconds since 1970; the bare number where
/// the C library cannot break it down.
pub fn long(seconds: i64) -> String {
    written(seconds, c"%a %b %e %H:%M:%S %Y")
}

/// `Jun 30 21:49:08`, without week day and year.
pub fn short(seconds: i64) -> String {
    written(seconds, c"%b %e %H:%M:%S")
}

/// `1993-06-30T21:49:08+00:00` (ISO 8601).
pub fn iso(seconds: i64) -> String {
    let mut text = written(seconds, c"%Y-%m-%dT%H:%M:%S%z");
    // strftime(3) has no colon in the zone.
    if let Some(minutes) = text.len().checked_sub(2)
        && text.contains('T')
    {
        text.insert(minutes, ':');
    }
    text
}

/// `21:49` on the day of `now`, `Jun30` in its year, else `1993-Jun30`.
pub fn brief(seconds: i64, now: i64) -> String {
    let (Some(then), Some(now)) = (broken_down(seconds), broken_down(now)) else {
        return seconds.to_string();
    };
    let format = match (then.tm_year == now.tm_year, then.tm_yday == now.tm_yday) {
        (true, true) => c"%H:%M",
        (true, false) => c"%b%d",
        (false, _) => c"%Y-%b%d",
    };
    written(seconds, format)
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

fn written(seconds: i64, format: &CStr) -> String {
    let Some(tm) = broken_down(seconds) else {
        return seconds.to_string();
    };
    // The longest form has 24 bytes for years of four digits; a year has eleven at most.
    let mut text = [0u8; 64];
    // SAFETY: `text` has as many bytes as are said, and `tm` was filled by localtime_r.
    let length = unsafe {
        libc::strftime(
            text.as_mut_ptr().cast(),
            text.len(),
            format.as_ptr(),
            &raw const tm,
        )
    };
    String::from_utf8_lossy(text.get(..length).unwrap_or_default()).into_owned()
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
    fn a_brief_time_tells_what_differs_from_now() {
        // Noon of 15 June 1993, in any zone on the 14th, 15th or 16th.
        let (then, day) = (740_145_600, 86_400);
        assert_eq!(brief(then, then), long(then)[11..16]);
        let date = brief(then, then + 3 * day);
        assert!(date.starts_with("Jun1") && date.len() == 5, "{date}");
        assert_eq!(brief(then, then + 365 * day), format!("1993-{date}"));
    }

    #[test]
    fn iso_has_a_colon_in_the_zone() {
        let shown = iso(740_145_600);
        assert_eq!(shown.len(), 25, "{shown}");
        assert!(shown.starts_with("1993-06-1"), "{shown}");
        assert_eq!(&shown[22..23], ":");
    }

    #[test]
    fn a_time_beyond_all_years_is_a_number() {
        assert_eq!(long(i64::MAX), i64::MAX.to_string());
        assert_eq!(short(i64::MIN), i64::MIN.to_string());
        assert_eq!(iso(i64::MAX), i64::MAX.to_string());
        assert_eq!(brief(0, i64::MAX), "0");
    }
}
