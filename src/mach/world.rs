// SPDX-License-Identifier: GPL-2.0-or-later
//! The kernel's tasks and memory as the [`World`] of the engine.

use gnumach::sync::RawMutex;

use super::gate::Gate;
use super::map;
use super::pager::{Memory, PAGE, Pager};
use super::platform::Platform;
use super::region;
use super::task::{Task, Tasks, Ticket};
use super::watch::Watchers;
use crate::engine::ledger::Charge;
use crate::engine::world::{Placement, Protection, Survey, Usage, World};
use crate::{Error, Result};

/// The message that a watcher gets: `SYSVSHM_CHANGED` of shm_types.h.
const CHANGED: gnumach::sys::mach_msg_id_t =
    crate::wire::defs::SYSVSHM_CHANGED as gnumach::sys::mach_msg_id_t;

/// Clients' maps, segments' memory and the clock of this machine.
pub struct Kernel<P> {
    /// The bed.
    pub platform: P,
    /// Clients, tokens and tickets.
    pub tasks: &'static Tasks,
    /// Who wants to be told of the next change.
    pub watchers: Watchers,
    pager: &'static Pager,
    gate: Gate,
}

impl<P: Platform> Kernel<P> {
    /// A world with nothing in it.
    pub fn new(platform: P, pager: &'static Pager, tasks: &'static Tasks) -> Self {
        Self {
            platform,
            tasks,
            watchers: Watchers::default(),
            pager,
            gate: Gate::new(),
        }
    }

    /// Calls `each` on the pieces of an attachment, through the gate. There are none when the
    /// segment was never mapped, or when the task is dead.
    ///
    /// # Errors
    /// `EAGAIN`: the task, or the kernel on its behalf, does not answer.
    fn pieces(
        &self,
        task: &Task,
        memory: &Memory,
        base: u64,
        size: u64,
        each: impl FnMut(u64, u64) -> bool,
    ) -> Result<()> {
        let Some(live) = memory.used() else {
            return Ok(());
        };
        let name = live.region_name()?;
        let _passage = self.gate.enter(&self.platform, task.port(), task.user())?;
        match region::pieces(task.port(), name, base, size, each) {
            Err(error) if !region::is_gone(error) => Err(Error::EAGAIN),
            _ => Ok(()),
        }
    }
}

fn bytes((resident, stored): (u64, u64)) -> Usage {
    Usage {
        resident: resident * PAGE,
        stored: stored * PAGE,
    }
}

impl<P: Platform> World for Kernel<P> {
    type RawMutex = RawMutex;
    type Memory = Memory;
    type Task = Task;
    type Ticket = Ticket;

    fn now(&self) -> i64 {
        self.platform.seconds()
    }

    fn milliseconds(&self) -> u64 {
        self.platform.milliseconds()
    }

    fn log(&self, line: &str) {
        self.platform.log(line);
    }

    fn capacity(&self) -> u64 {
        self.platform.capacity()
    }

    fn create_memory(&self, size: u64, charge: Charge) -> Result<Memory> {
        Ok(Memory::new(self.pager, size, charge))
    }

    fn map(
        &self,
        task: &Task,
        memory: &Memory,
        size: u64,
        place: Placement,
        protection: Protection,
    ) -> Result<u64> {
        let live = memory.live(task.user())?;
        let _passage = self.gate.enter(&self.platform, task.port(), task.user())?;
        map::map(task.port(), live.right(), size, place, protection)
    }

    fn survey(&self, task: &Task, memory: &Memory, base: u64, size: u64) -> Survey {
        let mut found = Survey::Gone;
        let answer = self.pieces(task, memory, base, size, |_, _| {
            found = Survey::Mapped;
            false
        });
        if answer.is_err() {
            Survey::Unknown
        } else {
            found
        }
    }

    fn unmap(&self, task: &Task, memory: &Memory, base: u64, size: u64) -> Result<Survey> {
        let mut found = Survey::Gone;
        self.pieces(task, memory, base, size, |address, size| {
            if map::remove(task.port(), address, size).is_ok() {
                found = Survey::Mapped;
            }
            true
        })?;
        Ok(found)
    }

    fn held(&self, ticket: &Ticket) -> bool {
        // Should the kernel not say, the attachments stay counted.
        ticket
            .port()
            .status()
            .is_ok_and(|status| status.has_senders)
    }

    fn usage(&self, memory: &Memory) -> Usage {
        bytes(memory.counters().read())
    }

    fn total_usage(&self) -> Usage {
        bytes(self.pager.totals())
    }

    fn changed(&self) {
        self.watchers.tell(CHANGED);
    }

    fn stuck(&self, task: &Task) -> bool {
        self.gate.is_stuck(task.port())
    }
}
