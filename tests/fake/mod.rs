// SPDX-License-Identifier: GPL-2.0-or-later
//! A world of processes with page tables, without a kernel.
//!
//! It counts what lives, so that a test can show that nothing leaks, and it panics
//! when it is called, or when something it handed out is dropped for good, while
//! the engine's lock is held.

#![allow(dead_code, reason = "each test uses a part of it")]

/// Equality and order of a handle by a number.
macro_rules! order_by {
    ($type:ty, $number:expr) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other).is_eq()
            }
        }
        impl Eq for $type {}
        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for $type {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                let number: fn(&$type) -> _ = $number;
                number(self).cmp(&number(other))
            }
        }
    };
}

pub mod lock;
mod process;

pub use lock::WatchedMutex;
pub use process::{Process, Task};

pub use lock::FakeEvent;

use lock::{assert_unlocked, switch};
use shm::engine::desk::Claim;
use shm::engine::ledger::Charge;
use shm::{Error, Placement, Protection, Result, Survey, Usage, World};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Bytes in a page.
pub const PAGE: u64 = shm::registry::limits::PAGE_SIZE;

/// What exists, as the tests see it.
#[derive(Default)]
pub struct Tally {
    /// Segments' memories.
    pub memories: AtomicI64,
    /// Task handles, clones of one counted once.
    pub tokens: AtomicI64,
    /// Tickets, clones of one counted once.
    pub tickets: AtomicI64,
    /// Surveys made.
    pub surveys: AtomicI64,
    /// Threads made.
    pub threads: AtomicI64,
}

impl Tally {
    fn count(&self) -> [i64; 3] {
        [&self.memories, &self.tokens, &self.tickets].map(|count| count.load(SeqCst))
    }
}

/// The world: a clock, some memory, and a tally.
pub struct FakeWorld {
    /// Seconds since 1970.
    pub clock: AtomicI64,
    /// Milliseconds since it was made, as far as the test says.
    pub milliseconds: AtomicU64,
    /// Real time is added from then on.
    start: Option<Instant>,
    /// Bytes that memory and paging space hold.
    pub machine: AtomicU64,
    /// Bytes of a segment that can be wired.
    pub wirable: AtomicU64,
    /// The log.
    pub lines: Mutex<Vec<String>>,
    /// What exists.
    pub tally: Arc<Tally>,
    next_memory: AtomicU64,
    /// What was charged for memory that goes is given back at `settle`, a charge at a time.
    pub late: Arc<Late>,
}

/// What is given back later.
#[derive(Default)]
pub struct Late {
    /// The test wants that.
    pub wanted: AtomicBool,
    charges: Mutex<Vec<Charge>>,
}

impl FakeWorld {
    /// In the second 1000, with 1 TiB.
    pub fn new() -> Self {
        Self {
            clock: AtomicI64::new(1000),
            milliseconds: AtomicU64::new(0),
            start: None,
            machine: AtomicU64::new(1 << 40),
            wirable: AtomicU64::new(1 << 40),
            lines: Mutex::default(),
            tally: Arc::default(),
            next_memory: AtomicU64::new(1),
            late: Arc::default(),
        }
    }

    /// The same in real time: calls that hang are told by it.
    pub fn in_real_time() -> Self {
        Self {
            start: Some(Instant::now()),
            ..Self::new()
        }
    }

    /// A handle to `process` with a token of its own.
    pub fn task(&self, process: &Arc<Process>) -> Task {
        Task::new(process, &self.tally)
    }

    /// A ticket that a process holds.
    pub fn ticket(&self) -> Ticket {
        self.tally.tickets.fetch_add(1, SeqCst);
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, SeqCst);
        let (tally, held) = (Arc::clone(&self.tally), AtomicBool::new(true));
        Ticket(Arc::new(TicketRight {
            number,
            tally,
            held,
        }))
    }

    /// Lets time pass, in seconds.
    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, SeqCst);
    }

    /// That no memory, task or ticket is left.
    pub fn assert_nothing_lives(&self) {
        assert_eq!(
            self.tally.count(),
            [0; 3],
            "memories, tasks or tickets leaked"
        );
    }
}

/// A segment's memory: only its identity matters.
pub struct Memory {
    number: u64,
    /// Pages of processes that map it.
    mapped: AtomicI64,
}

/// What the engine holds: dropping it frees the memory.
pub struct Owned {
    memory: Arc<Memory>,
    tally: Arc<Tally>,
    /// While it is locked.
    wired: Mutex<Option<Charge>>,
    charge: Option<Charge>,
    late: Arc<Late>,
}

impl Drop for Owned {
    fn drop(&mut self) {
        assert_unlocked();
        let mapped = self.memory.mapped.load(SeqCst);
        // While a panic unwinds, the engine goes before the processes do.
        assert!(
            mapped == 0 || std::thread::panicking(),
            "memory freed while mapped"
        );
        self.tally.memories.fetch_sub(1, SeqCst);
        if self.late.wanted.load(SeqCst) {
            self.late.charges.lock().unwrap().extend(self.charge.take());
        }
    }
}

/// What a forking parent's child is known by at first.
#[derive(Clone)]
pub struct Ticket(Arc<TicketRight>);

struct TicketRight {
    number: u64,
    tally: Arc<Tally>,
    held: AtomicBool,
}

impl Ticket {
    /// No process holds it any more.
    pub fn drop_right(&self) {
        self.0.held.store(false, SeqCst);
    }
}

impl Drop for TicketRight {
    fn drop(&mut self) {
        assert_unlocked();
        self.tally.tickets.fetch_sub(1, SeqCst);
    }
}

order_by!(Ticket, |ticket| ticket.0.number);

impl World for FakeWorld {
    type RawMutex = WatchedMutex;
    type Event = FakeEvent;
    type Memory = Owned;
    type Task = Task;
    type Ticket = Ticket;

    fn now(&self) -> i64 {
        self.clock.load(SeqCst)
    }

    fn uptime(&self) -> Duration {
        let real = self.start.map_or(Duration::ZERO, |start| start.elapsed());
        Duration::from_millis(self.milliseconds.load(SeqCst)) + real
    }

    fn log(&self, line: &str) {
        assert_unlocked();
        self.lines.lock().unwrap().push(line.into());
    }

    fn spawn(&self, work: Box<dyn FnOnce() + Send>) -> Result<()> {
        assert_unlocked();
        if lock::switches() {
            // Under a scheduler there are no threads but its own: the work is done by whoever
            // asks for it, and `Event::wait` lets it end when there is none left.
            work();
        } else {
            self.tally.threads.fetch_add(1, SeqCst);
            std::thread::spawn(work);
        }
        Ok(())
    }

    fn pause(&self) {
        assert_unlocked();
        if !lock::switches() {
            std::thread::yield_now();
        }
    }

    fn settle(&self) -> bool {
        assert_unlocked();
        let late = self.late.charges.lock().unwrap().pop();
        late.is_some()
    }

    fn guard(&self, _what: &str, body: &mut dyn FnMut()) -> bool {
        assert_unlocked();
        catch_unwind(AssertUnwindSafe(body)).is_ok()
    }

    fn capacity(&self) -> u64 {
        assert_unlocked();
        self.machine.load(SeqCst)
    }

    fn create_memory(&self, size: u64, charge: Charge) -> Result<Owned> {
        assert_unlocked();
        assert_eq!(size % PAGE, 0);
        assert_eq!(charge.amount(), size / PAGE);
        self.tally.memories.fetch_add(1, SeqCst);
        let number = self.next_memory.fetch_add(1, SeqCst);
        let memory = Arc::new(Memory {
            number,
            mapped: AtomicI64::new(0),
        });
        Ok(Owned {
            memory,
            tally: Arc::clone(&self.tally),
            wired: Mutex::default(),
            charge: Some(charge),
            late: Arc::clone(&self.late),
        })
    }

    fn map(
        &self,
        task: &Task,
        memory: &Owned,
        size: u64,
        place: Placement,
        protection: Protection,
    ) -> Result<u64> {
        assert_unlocked();
        assert!(protection.contains(Protection::READ));
        let process = task.process();
        process.hang();
        if !process.answers() {
            return Err(Error::EAGAIN);
        }
        process.map(&memory.memory, size, place)
    }

    fn survey(&self, task: &Task, claims: &[Claim<Owned>], budget: u64) -> Vec<Survey> {
        assert_unlocked();
        assert!(claims.is_sorted_by_key(|claim| claim.base));
        assert!(budget >= claims.len() as u64);
        self.tally.surveys.fetch_add(1, SeqCst);
        let process = task.process();
        process.hang();
        let look = |claim: &Claim<Owned>| {
            let Some(memory) = claim.memory.upgrade() else {
                return Survey::Gone;
            };
            if !process.answers() {
                Survey::Unknown
            } else if process.maps(&memory.memory, claim.base, claim.size) {
                Survey::Mapped
            } else {
                Survey::Gone
            }
        };
        claims.iter().map(look).collect()
    }

    fn unmap(&self, task: &Task, memory: &Owned, base: u64, size: u64) -> Result<Survey> {
        assert_unlocked();
        let process = task.process();
        process.hang();
        if !process.answers() {
            return Err(Error::EAGAIN);
        }
        let some = process.unmap_segment(&memory.memory, base, size);
        Ok(if some { Survey::Mapped } else { Survey::Gone })
    }

    fn wire(&self, memory: &Owned, size: u64, charge: Charge) -> Result<bool> {
        assert_unlocked();
        assert_eq!((size % PAGE, charge.amount()), (0, size));
        let mut wired = memory.wired.lock().unwrap();
        if wired.is_none() {
            if size > self.wirable.load(SeqCst) {
                return Err(Error::ENOMEM);
            }
            *wired = Some(charge);
        }
        Ok(true)
    }

    fn unwire(&self, memory: &Owned) {
        assert_unlocked();
        drop(memory.wired.lock().unwrap().take());
    }

    fn held(&self, ticket: &Ticket) -> bool {
        assert_unlocked();
        ticket.0.held.load(SeqCst)
    }

    fn usage(&self, memory: &Owned) -> Usage {
        // Told apart by number, so that a test sees whose usage it got.
        Usage {
            resident: memory.memory.number * PAGE,
            stored: 0,
        }
    }

    fn total_usage(&self) -> Usage {
        Usage {
            resident: 3 * PAGE,
            stored: 2 * PAGE,
        }
    }
}
