// SPDX-License-Identifier: GPL-2.0-or-later
//! Time of day, waiting, and measuring.

use core::arch::x86_64::_rdtsc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use gnumach::sys;

use crate::mig_support::{mach_host_self, mach_msg, mig_get_reply_port, mig_put_reply_port};

/// Time since 1970 (`host_get_time`), in the steps of the kernel's clock, 10 ms.
#[must_use]
pub fn now() -> Duration {
    let mut time = sys::time_value_t::default();
    // SAFETY: `time` is a valid out-pointer.
    unsafe { sys::mig_k_host_get_time(mach_host_self(), &mut time) };
    let seconds = u64::try_from(time.seconds).unwrap_or(0);
    Duration::new(
        seconds,
        u32::try_from(time.microseconds).unwrap_or(0) * 1000,
    )
}

/// Lets other threads run for so long.
pub fn sleep(time: Duration) {
    let port = mig_get_reply_port();
    let milliseconds = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    let mut message = [0_u64; 8];
    // SAFETY: receives into a buffer of the size given; nobody sends to this port.
    unsafe {
        mach_msg(
            message.as_mut_ptr().cast(),
            sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT,
            0,
            size_of_val(&message) as u32,
            port,
            milliseconds,
            0,
        )
    };
    mig_put_reply_port(port);
}

/// Cycles of the processor's counter in a millisecond, once known.
static RATE: AtomicU64 = AtomicU64::new(0);

fn cycles() -> u64 {
    // SAFETY: every x86_64 processor has the instruction, and the kernel leaves it to users.
    unsafe { _rdtsc() }
}

/// Measures the counter against the kernel's clock, at the first call for 100 ms.
fn rate() -> u64 {
    match RATE.load(Ordering::Relaxed) {
        0 => {
            let tick = |after: Duration| loop {
                let time = now();
                if time > after {
                    return (time, cycles());
                }
            };
            let (begin, first) = tick(now());
            let (end, last) = tick(begin + Duration::from_millis(100));
            let rate = (last - first) * 1000 / (end - begin).as_micros().max(1) as u64;
            RATE.store(rate.max(1), Ordering::Relaxed);
            rate.max(1)
        }
        rate => rate,
    }
}

/// A moment, by the processor's counter: finer than the kernel's clock.
#[derive(Clone, Copy, Debug)]
pub struct Instant(u64);

impl Instant {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        Self(cycles())
    }

    /// The time since.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        let passed = cycles() - self.0;
        Duration::from_nanos((u128::from(passed) * 1_000_000 / u128::from(rate())) as u64)
    }
}
