// SPDX-License-Identifier: GPL-2.0-or-later
//! Time in the processor's own ticks: the clock of older kernels moves in steps of 10 ms.

use std::time::{Duration, Instant};

/// A moment, in ticks.
pub fn ticks() -> u64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every such processor has the instruction.
    return unsafe { core::arch::x86_64::_rdtsc() };
    #[cfg(not(target_arch = "x86_64"))]
    {
        use std::sync::OnceLock;
        static START: OnceLock<Instant> = OnceLock::new();
        let start = START.get_or_init(Instant::now);
        u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// How many ticks `body` takes, and what it answers.
pub fn timed<T>(body: impl FnOnce() -> T) -> (u64, T) {
    let start = ticks();
    let answer = body();
    (ticks() - start, answer)
}

/// The system's clock beside the ticks, from the program's start on.
pub struct Clock {
    time: Instant,
    ticks: u64,
}

/// Long enough for a hundredth of a step to be a thousandth of it.
const LEAST: Duration = Duration::from_millis(500);

/// Waits for the clock's next step.
fn step() -> (Instant, u64) {
    let before = Instant::now();
    loop {
        let (now, at) = (Instant::now(), ticks());
        if now != before {
            return (now, at);
        }
    }
}

impl Clock {
    /// Begins to compare.
    pub fn start() -> Self {
        let (time, ticks) = step();
        Self { time, ticks }
    }

    /// How many ticks went by in each microsecond since the start.
    pub fn ticks_per_microsecond(&self) -> f64 {
        std::thread::sleep(LEAST.saturating_sub(self.time.elapsed()));
        let (time, ticks) = step();
        (ticks - self.ticks) as f64 / (time - self.time).as_secs_f64() / 1e6
    }
}
