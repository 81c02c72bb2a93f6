// SPDX-License-Identifier: GPL-2.0-or-later
//! The time, read from a page of the kernel's where the server may map it.

use std::ptr;
use std::sync::atomic::{Ordering, fence};
use std::time::{Duration, Instant};

use hurd_sys as sys;
use sys::mapped_time_value as Mapped;

/// Nanoseconds of a second after which its end is near. libc's clock counts on between the kernel's
/// ticks of 10 ms, with which the page moves, so it may be in the next second already. This allows
/// for ticks that come late.
const NEAR_END: i64 = 900_000_000;

/// The kernel's clock.
///
/// The kernel keeps the time in a page that root may map (`maptime.h`), as ext2fs does. Then asking
/// for it needs no RPC, of which `shmget` would make two, `shmat` and `shmdt` one each.
pub struct Clock {
    page: Option<Page>,
    start: Instant,
}

/// `struct mapped_time_value` of `mach/time_value.h`, mapped for as long as the program runs.
struct Page(*const Mapped);

// SAFETY: nobody but the kernel writes to the page, and its fields are read as volatile.
unsafe impl Send for Page {}
// SAFETY: as above.
unsafe impl Sync for Page {}

impl Clock {
    /// Maps the page, if this process may.
    pub fn new() -> Self {
        Self {
            page: Page::map(),
            start: Instant::now(),
        }
    }

    /// Seconds since 1970, as time(2) says.
    #[allow(clippy::useless_conversion, reason = "time_t has 32 bits on i686")]
    pub fn seconds(&self) -> i64 {
        match self.page.as_ref().map(Page::time) {
            Some((seconds, nanoseconds)) if nanoseconds < NEAR_END => seconds,
            // SAFETY: a null pointer only means that the answer is the value.
            _ => unsafe { libc::time(ptr::null_mut()) }.into(),
        }
    }

    /// Time since some fixed moment; never less than before.
    pub fn uptime(&self) -> Duration {
        match self.page.as_ref().map(Page::uptime) {
            Some(uptime) => uptime,
            None => self.start.elapsed(),
        }
    }
}

impl Page {
    /// `None`: the process is not root's, or the kernel is older than the two clocks of 64 bits.
    fn map() -> Option<Self> {
        let mut page = ptr::null_mut();
        // SAFETY: a valid out-pointer, and the null name is that of the kernel's own device.
        let code = unsafe { sys::maptime_map(1, ptr::null_mut(), &mut page) };
        if code != 0 || page.is_null() {
            return None;
        }
        let page = Self(page);
        let known = page.time().0 != 0 && page.uptime() != Duration::ZERO;
        known.then_some(page)
    }

    /// Seconds and nanoseconds since 1970.
    fn time(&self) -> (i64, i64) {
        // SAFETY: fields of the page, which stays mapped.
        unsafe {
            consistent(
                &raw const (*self.0).time_value,
                &raw const (*self.0).check_seconds64,
            )
        }
    }

    fn uptime(&self) -> Duration {
        // SAFETY: as in `time`.
        let (seconds, nanoseconds) = unsafe {
            consistent(
                &raw const (*self.0).uptime_value,
                &raw const (*self.0).check_upseconds64,
            )
        };
        let part = |number| u64::try_from(number).unwrap_or(0);
        Duration::from_secs(part(seconds)) + Duration::from_nanos(part(nanoseconds))
    }
}

/// Both parts of one moment. The kernel writes the seconds of `check` first, those of `value` last,
/// and does so within a tick: the loop ends.
///
/// # Safety
/// Both are readable.
unsafe fn consistent(value: *const sys::time_value64, check: *const i64) -> (i64, i64) {
    loop {
        // SAFETY: the caller promises that they are readable.
        let (seconds, nanoseconds, checked) = unsafe {
            let seconds = (&raw const (*value).seconds).read_volatile();
            fence(Ordering::Acquire);
            let nanoseconds = (&raw const (*value).nanoseconds).read_volatile();
            fence(Ordering::Acquire);
            (seconds, nanoseconds, check.read_volatile())
        };
        if seconds == checked {
            return (seconds, nanoseconds);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For two seconds, so that the end of a second is met.
    fn follows_libc(clock: &Clock) {
        let start = Instant::now();
        let (first, mut last) = (clock.uptime(), Duration::ZERO);
        while start.elapsed() < Duration::from_secs(2) {
            // SAFETY: as in `seconds`.
            let now = || i64::from(unsafe { libc::time(ptr::null_mut()) });
            let before = now();
            let seconds = clock.seconds();
            assert!((before..=now()).contains(&seconds), "{before} {seconds}");
            let uptime = clock.uptime();
            assert!(uptime >= last, "{uptime:?} after {last:?}");
            last = uptime;
        }
        let (passed, measured) = (start.elapsed(), last - first);
        assert!(
            passed.abs_diff(measured) < Duration::from_millis(500),
            "{passed:?} {measured:?}"
        );
    }

    #[test]
    fn the_page_of_root_says_what_libc_says() {
        let clock = Clock::new();
        // SAFETY: has no arguments and cannot fail.
        let root = unsafe { libc::geteuid() } == 0;
        assert_eq!(clock.page.is_some(), root);
        follows_libc(&clock);
    }

    /// As for a server of an ordinary user.
    #[test]
    fn without_the_page_libc_is_asked() {
        follows_libc(&Clock {
            page: None,
            start: Instant::now(),
        });
    }
}
