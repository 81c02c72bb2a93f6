// SPDX-License-Identifier: GPL-2.0-or-later
//! The kernel's tasks and memory as the [`World`] of the engine.

use core::time::Duration;

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use gnumach::sync::{Event, RawMutex};

use super::map;
use super::names::ObjectName;
use super::pager::{Live, Memory, PAGE, Pager};
use super::platform::Platform;
use super::region::{Stop, Walk, is_dead};
use super::task::{Task, Tasks, Ticket};
use super::watch::Watchers;
use super::wired::{self, Holder, Segment};
use crate::engine::desk::Claim;
use crate::engine::ledger::Charge;
use crate::engine::world::{self, Placement, Protection, Survey, Usage, World};
use crate::{Error, Result};

/// The message that a watcher gets: `SYSVSHM_CHANGED` of shm_types.h.
const CHANGED: gnumach::sys::mach_msg_id_t =
    crate::wire::defs::SYSVSHM_CHANGED as gnumach::sys::mach_msg_id_t;

/// Regions that one detach looks at. An attachment that its process has split into more is
/// detached by several calls.
const DETACH_BUDGET: u64 = 1 << 14;

/// Clients' maps, segments' memory and the clock of this machine.
pub struct Kernel<P> {
    /// The system around: the Hurd's, or the bare server's.
    pub platform: P,
    /// Clients, tokens and tickets.
    pub tasks: &'static Tasks,
    /// Who wants to be told of the next change.
    pub watchers: Watchers,
    pager: &'static Pager,
    /// Where locked segments are wired.
    holder: Holder,
}

impl<P: Platform> Kernel<P> {
    /// A world with nothing in it.
    pub fn new(platform: P, pager: &'static Pager, tasks: &'static Tasks) -> Self {
        Self {
            platform,
            tasks,
            watchers: Watchers::default(),
            pager,
            holder: Holder::default(),
        }
    }
}

impl world::Event for Event {
    fn read(&self) -> u32 {
        self.read()
    }

    fn signal(&self) {
        self.signal();
    }

    fn wait(&self, seen: u32, time: Duration) {
        self.wait(seen, time);
    }
}

impl<P: Platform + 'static> World for Kernel<P> {
    type RawMutex = RawMutex;
    type Event = Event;
    type Memory = Segment;
    type Task = Task;
    type Ticket = Ticket;

    fn now(&self) -> i64 {
        self.platform.seconds()
    }

    fn uptime(&self) -> Duration {
        self.platform.uptime()
    }

    fn log(&self, line: &str) {
        self.platform.log(line);
    }

    fn spawn(&self, work: Box<dyn FnOnce() + Send>) -> Result<()> {
        self.platform.spawn(work)
    }

    fn pause(&self) {
        gnumach::trap::swtch();
    }

    fn settle(&self) -> bool {
        self.pager.settle()
    }

    fn guard(&self, what: &str, body: &mut dyn FnMut()) -> bool {
        self.platform.guard(what, body)
    }

    fn capacity(&self) -> u64 {
        let stored = self.pager.stored();
        self.platform.capacity(stored.saturating_mul(PAGE))
    }

    fn create_memory(&self, size: u64, charge: Charge) -> Result<Segment> {
        Ok(Segment::new(Memory::new(self.pager, size, charge)))
    }

    fn map(
        &self,
        task: &Task,
        memory: &Segment,
        size: u64,
        place: Placement,
        protection: Protection,
    ) -> Result<u64> {
        let live = memory.live()?;
        map::map(task, live.right()?, size, place, protection)
    }

    fn survey(&self, task: &Task, claims: &[Claim<Segment>], budget: u64) -> Vec<Survey> {
        let mut walk = Walk::new(task.port(), budget);
        let mut dead = false;
        // Of the claim before: most claims on a task are on the same memory.
        let mut known: Option<(&Weak<Segment>, Arc<Live>, ObjectName)> = None;
        let looks = claims.iter().map(|claim| {
            if dead {
                return Survey::Gone;
            }
            let object = match &known {
                Some((memory, _, object)) if memory.ptr_eq(&claim.memory) => *object,
                _ => {
                    // What was never mapped anywhere is not mapped here, and a segment that is no
                    // more has no attachments.
                    let memory = claim.memory.upgrade();
                    let Some(live) = memory.and_then(|memory| memory.used()) else {
                        return Survey::Gone;
                    };
                    let Ok(object) = live.region_name() else {
                        return Survey::Unknown;
                    };
                    known = Some((&claim.memory, live, object));
                    object
                }
            };
            match walk.maps(object, claim.base, claim.size) {
                Ok(true) => Survey::Mapped,
                Ok(false) => Survey::Gone,
                Err(Stop::Unknown) => Survey::Unknown,
                Err(Stop::Dead) => {
                    dead = true;
                    Survey::Gone
                }
            }
        });
        looks.collect()
    }

    fn unmap(&self, task: &Task, memory: &Segment, base: u64, size: u64) -> Result<Survey> {
        let Some(live) = memory.used() else {
            return Ok(Survey::Gone);
        };
        let object = live.region_name()?;
        let mut walk = Walk::new(task.port(), DETACH_BUDGET);
        let (mut removed, mut failed) = (false, false);
        let walked = walk.pieces(object, base, size, |address, size| {
            let done = map::remove(task, address, size).is_ok();
            removed |= done;
            failed |= !done;
            // What a call on the map says no to, it will go on to say no to.
            done
        });
        match walked {
            // A piece is still there, or may be.
            Ok(()) if failed && !is_dead(task.port()) => Err(Error::EAGAIN),
            Err(Stop::Unknown) => Err(Error::EAGAIN),
            Ok(()) | Err(Stop::Dead) if removed => Ok(Survey::Mapped),
            Ok(()) | Err(Stop::Dead) => Ok(Survey::Gone),
        }
    }

    fn held(&self, ticket: &Ticket) -> bool {
        // Should the kernel not say, the attachments stay counted.
        ticket
            .port()
            .status()
            .map_or(true, |status| status.has_senders)
    }

    fn wire(&self, memory: &Segment, size: u64, charge: Charge) -> Result<bool> {
        wired::wire(&self.platform, &self.holder, memory, size, charge)
    }

    fn unwire(&self, memory: &Segment) {
        memory.unwire();
    }

    fn usage(&self, memory: &Segment) -> Usage {
        memory.usage()
    }

    fn total_usage(&self) -> Usage {
        // What is asked of the machine besides finds the memory of destroyed segments free.
        self.pager.end_waiting();
        self.pager.usage()
    }

    fn changed(&self) {
        self.watchers.tell(CHANGED);
    }
}
