// SPDX-License-Identifier: GPL-2.0-or-later
//! The engine: the four calls and fork, from the registry and a [`World`].
//!
//! One lock, the registry's, is taken for a few steps at a time and never held
//! across a call that may reach the kernel or a task; see [`crate::engine::world`]. What the
//! registry lets go of is dropped after unlocking, in one place, `locked`.
//!
//! The registry's records are a claim about the kernel's address maps. A call
//! whose answer depends on them (stat, removal, detach, attaching a removed
//! segment) has the segment's records surveyed first, without the lock, and drops
//! those that are gone; notifications are only hints to do so earlier.
#![forbid(unsafe_code)]

mod attach;
mod capacity;
pub mod complaints;
pub mod desk;
mod detach;
mod files;
mod fork;
pub mod gate;
pub mod ledger;
pub mod moment;
pub mod suspects;
pub mod turns;
mod verify;
pub mod waited;
pub mod world;

pub use self::attach::Attached;
pub use self::files::Held;

use self::verify::Depends;
use crate::engine::capacity::Capacity;
use crate::engine::complaints::{Complaints, Topic, with_left_out};
use crate::engine::desk::{Desk, Line};
use crate::engine::gate::Gate;
use crate::engine::ledger::{Account, Bound, Charge, Kind, Ledger, Refused};
use crate::engine::world::World;
use crate::registry::flags::GetFlags;
use crate::registry::id::{Id, Pid};
use crate::registry::limits::{Limits, mapped_size, pages};
use crate::registry::permission::{Caller, Ownership};
use crate::registry::stat::{Counts, Info, Stat, Which};
use crate::registry::{Demand, Lookup, NewSegment, Of, Registry};
use crate::{Error, Result};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::OnceCell;
use core::sync::atomic::{AtomicBool, Ordering};
use lock_api::Mutex;

type Book<W> = Registry<Arc<<W as World>::Memory>, <W as World>::Task, <W as World>::Ticket>;

/// System V shared memory, served to any number of threads.
pub struct Engine<W: World> {
    world: Arc<W>,
    desk: Desk<W>,
    gate: Gate<W>,
    ledger: Ledger<W::RawMutex>,
    complaints: Mutex<W::RawMutex, Complaints>,
    capacity: Capacity,
    /// The registry was repaired, and nobody has told yet.
    repaired: AtomicBool,
    registry: Mutex<W::RawMutex, Book<W>>,
}

impl<W: World> Engine<W> {
    /// No segments. `hash_seed` should be a secret: clients choose keys.
    pub fn new(world: W, limits: Limits, hash_seed: u64) -> Self {
        let world = Arc::new(world);
        let stuck = limits.user.stuck;
        Self {
            desk: Desk::new(Arc::clone(&world), stuck),
            gate: Gate::new(stuck),
            world,
            ledger: Ledger::new(),
            complaints: Mutex::new(Complaints::new()),
            capacity: Capacity::new(),
            repaired: AtomicBool::new(false),
            registry: Mutex::new(Registry::new(limits, hash_seed)),
        }
    }

    /// What it was made with.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// What each user has.
    pub fn ledger(&self) -> &Ledger<W::RawMutex> {
        &self.ledger
    }

    /// shmget(2). `size` is in bytes. `creator` tells the caller's process id; it
    /// is called once at most, and only to create, without the lock.
    ///
    /// # Errors
    /// `ENOENT`, `EEXIST`, `EINVAL`, `EACCES`, `ENOSPC`, `ENOMEM`, as shmget(2) says
    /// and in Linux's order, and those of `creator`.
    pub fn get(
        &self,
        caller: &Caller<'_>,
        key: i32,
        size: u64,
        flags: GetFlags,
        creator: impl Fn() -> Result<Pid>,
    ) -> Result<Id> {
        let demand = Demand { key, size, flags };
        // First without looking how large the machine is: most calls create nothing.
        if let Lookup::Found(id) = self.book().lookup(caller, &demand)? {
            return Ok(id);
        }
        let process = OnceCell::new();
        let creator = move || *process.get_or_init(&creator);
        self.create(caller, &demand, &creator)
            .map_err(|refused| self.refused(refused, caller, || creator().ok(), "shmget"))
    }

    fn create(
        &self,
        caller: &Caller<'_>,
        demand: &Demand,
        creator: impl Fn() -> Result<Pid>,
    ) -> Result<Id, Refused> {
        let machine = pages(self.capacity.bytes(&*self.world));
        let account = self.ledger.account_of(caller);
        let (mapped, bound) = match self.check_new(caller, demand, &account, machine)? {
            Checked::Exists(id) => return Ok(id),
            Checked::New(mapped, bound) => (mapped, bound),
        };
        // A segment needs an owner; a process without user ids can be none.
        let owner = Ownership::of_new(caller, demand.flags.mode()).ok_or(Error::EACCES)?;
        let creator = creator()?;
        let charge = self.charge_pages(&account, demand, bound, machine)?;
        // shmget(2), ENOMEM: no memory for the segment.
        let memory = self.world.create_memory(mapped, charge)?;
        let new = NewSegment {
            owner,
            creator,
            memory: Arc::new(memory),
            account,
            now: self.now(),
        };
        self.locked(|registry| registry.create(caller, demand, new))
    }

    /// Looks whether the segment exists, which is not so rare when several processes start at
    /// once, and else whether it may be created.
    ///
    /// What a segment had that was just destroyed is given back by the thread that lets go of it
    /// last. If room is missing, such threads are let run first. The kernel may also be about to
    /// unmap it in a task that ended: a process that waited for another one's end finds room.
    fn check_new(
        &self,
        caller: &Caller<'_>,
        demand: &Demand,
        account: &Account,
        machine: u64,
    ) -> Result<Checked, Refused> {
        let check = || -> Result<Checked, Refused> {
            let registry = self.book();
            match registry.lookup(caller, demand)? {
                Lookup::Found(id) => Ok(Checked::Exists(id)),
                Lookup::Absent => {
                    let (mapped, bound) = registry.check_new(demand, account, machine)?;
                    check_commitment(account, demand, machine)?;
                    Ok(Checked::New(mapped, bound))
                }
            }
        };
        let mut checked = check();
        for turn in 0..PAUSES + SETTLES {
            if !matches!(&checked, Err(refused) if refused.full.is_some()) {
                break;
            }
            if turn < PAUSES {
                self.world.pause();
            } else if !self.world.settle() {
                // Another thread may have been done just now.
                return check();
            }
            checked = check();
        }
        checked
    }

    /// Charges the pages of a new segment, and commits them unless it is `SHM_NORESERVE`.
    fn charge_pages(
        &self,
        account: &Arc<Account>,
        demand: &Demand,
        bound: Bound,
        machine: u64,
    ) -> Result<Charge, Refused> {
        let number = pages(demand.size);
        // Looked at before anything is charged, so that a call that fails leaves no trace in
        // between.
        check_commitment(account, demand, machine)?;
        let charge = account
            .charge(Kind::Pages, number, bound)
            .map_err(|full| full.refuse(Error::ENOSPC))?;
        if reserves(demand) {
            charge
                .along(Kind::Committed, commitment(machine))
                .map_err(|full| full.refuse(Error::ENOMEM))
        } else {
            Ok(charge)
        }
    }

    /// Counts an open of the server's node for the caller, until the answer is dropped.
    ///
    /// # Errors
    /// `EMFILE`: the user has too many opens; `ENOMEM`: there are too many.
    pub fn charge_open(&self, caller: &Caller<'_>) -> Result<Charge> {
        let bound = self.limits().opens();
        self.ledger
            .account_of(caller)
            .charge(Kind::Opens, 1, bound)
            .map_err(|full| {
                let error = if full.own {
                    Error::EMFILE
                } else {
                    Error::ENOMEM
                };
                self.refused(full.refuse(error), caller, || None, "opening the node")
            })
    }

    /// Tells the administrator which bound refused `call` of process `pid`, and answers the
    /// error for the client.
    fn refused(
        &self,
        refused: Refused,
        caller: &Caller<'_>,
        pid: impl FnOnce() -> Option<Pid>,
        call: &'static str,
    ) -> Error {
        if let Some(full) = refused.full {
            let user = caller.user();
            let topic = Topic {
                user,
                what: full.kind.name(),
            };
            self.complain(topic, || match pid() {
                Some(Pid(pid)) => {
                    format!("{call} of process {pid}, user {user}, is refused: {full}")
                }
                None => format!("{call} of user {user} is refused: {full}"),
            });
        }
        refused.error
    }

    /// [`Engine::complain`] with a line that is made already.
    fn tell(&self, (topic, line): Line) {
        self.complain(topic, || line);
    }

    /// Writes a line to the log, unless there was one about the same just now.
    fn complain(&self, topic: Topic, line: impl FnOnce() -> String) {
        let now = self.world.uptime();
        let admitted = self.complaints.lock().admit(topic, now);
        if let Some(left_out) = admitted {
            self.world.log(&with_left_out(line(), left_out));
        }
    }

    /// shmctl(2), `IPC_STAT`, `SHM_STAT` and `SHM_STAT_ANY`.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EACCES`: no read permission.
    pub fn stat(&self, caller: &Caller<'_>, which: Which) -> Result<Stat> {
        let (stat, memory) = self.verified(
            |registry| registry.check_stat(caller, which),
            Depends::Always,
            |registry, id| registry.stat(id),
        )?;
        Ok(stat.with(self.world.usage(&memory)))
    }

    /// shmctl(2), `IPC_SET`. Of `mode` the low nine bits count.
    ///
    /// # Errors
    /// `EINVAL`: no such segment, or -1 for `uid` or `gid`; `EPERM`: neither
    /// owner, creator nor privileged.
    pub fn set(&self, caller: &Caller<'_>, id: i32, uid: u32, gid: u32, mode: u32) -> Result<()> {
        let now = self.now();
        self.verified(
            |registry| registry.check_control(caller, id),
            Depends::IfRemoved,
            |registry, id| registry.set(id, uid, gid, mode, now),
        )
    }

    /// shmctl(2), `IPC_RMID`.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EPERM`: as for [`Engine::set`].
    pub fn remove(&self, caller: &Caller<'_>, id: i32) -> Result<()> {
        self.verified(
            |registry| registry.check_control(caller, id),
            Depends::Always,
            |registry, id| registry.remove(id),
        )
    }

    /// shmctl(2), `SHM_LOCK` and `SHM_UNLOCK`: the mark and, where the world can, wired pages.
    /// Locking a locked segment does nothing.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EPERM`: as for [`Engine::set`]; `ENOMEM`: the user has locked
    /// as much as one may, or there is no memory to wire.
    pub fn lock(&self, caller: &Caller<'_>, id: i32, locked: bool) -> Result<()> {
        let check = |registry: &Book<W>| registry.check_control(caller, id);
        let (memory, size, was) = self.verified(check, Depends::IfRemoved, |registry, id| {
            let was = registry.locked(id);
            if !locked {
                registry.set_locked(id, false)?;
            }
            let (memory, size) = registry.memory(id)?;
            Ok((memory, size, was))
        })?;
        if locked && was {
            return Ok(());
        }
        if !locked {
            self.world.unwire(&memory);
            return Ok(());
        }
        // shmctl(2), ENOMEM: the size of the segment plus what is locked already is beyond
        // the limit of the caller's user.
        let size = mapped_size(size).ok_or(Error::ENOMEM)?;
        let machine = self.capacity.bytes(&*self.world);
        let bound = self.limits().locked(machine);
        let charge = self
            .ledger
            .account_of(caller)
            .charge(Kind::Locked, size, bound)
            .map_err(|full| {
                self.refused(full.refuse(Error::ENOMEM), caller, || None, "SHM_LOCK")
            })?;
        self.world.wire(&memory, size, charge)?;
        let marked = self.verified(check, Depends::IfRemoved, |registry, id| {
            registry.set_locked(id, true)
        });
        if marked.is_err() {
            self.world.unwire(&memory);
        }
        marked
    }

    /// shmctl(2), `IPC_INFO` and `SHM_INFO`.
    pub fn info(&self) -> Info {
        let usage = self.world.total_usage();
        self.book().info(usage)
    }

    /// Surveys the records of all segments, or of the removed ones alone, and so lets those
    /// segments go that nobody has any more.
    pub fn survey(&self, removed_only: bool) {
        self.survey_all(&if removed_only { Of::Removed } else { Of::All });
    }

    /// Every segment by index, in one consistent view but for usage, whatever the modes say. The
    /// records are not surveyed: `nattch` may count some that are gone.
    pub fn list(&self) -> Vec<Stat> {
        let segments = self.book().list();
        let stats = segments.into_iter();
        stats
            .map(|(stat, memory)| stat.with(self.world.usage(&memory)))
            .collect()
    }

    /// The limits in force.
    pub fn limits(&self) -> Limits {
        self.book().limits()
    }

    /// Changes the limits. What exists already may exceed them.
    ///
    /// # Errors
    /// `EINVAL`: more segments than there are ids.
    pub fn set_limits(&self, limits: Limits) -> Result<()> {
        self.book().set_limits(limits)?;
        self.desk.set_bound(limits.user.stuck);
        self.gate.set_bound(limits.user.stuck);
        Ok(())
    }

    /// The engine's own clone of `task` and its process id, if it has
    /// attachments. Of several clones of one task that raced in their first attach,
    /// this is the one that stays.
    pub fn known(&self, task: &W::Task) -> Option<(W::Task, Pid)> {
        self.book().known(task)
    }

    /// How many segments are removed and still there.
    pub fn removed(&self) -> u32 {
        self.book().removed_count()
    }

    /// Segments and attachments.
    pub fn counts(&self) -> Counts {
        self.book().counts()
    }

    /// No segments, hence no attachments.
    pub fn is_empty(&self) -> bool {
        self.counts().segments == 0
    }

    fn now(&self) -> i64 {
        self.world.now()
    }

    /// The registry, locked; whole, even if the last step ended by a panic.
    fn book(&self) -> lock_api::MutexGuard<'_, W::RawMutex, Book<W>> {
        let mut registry = self.registry.lock();
        if registry.interrupted() {
            registry.repair();
            self.repaired.store(true, Ordering::Relaxed);
        }
        registry
    }

    /// Runs `step` with the lock. What it made the registry let go of is dropped
    /// when the lock is no longer held.
    fn locked<R>(&self, step: impl FnOnce(&mut Book<W>) -> R) -> R {
        let (answer, trash, changed) = {
            let mut registry = self.book();
            registry.begin_step();
            let before = registry.changes();
            let answer = step(&mut registry);
            registry.end_step();
            (answer, registry.take_trash(), registry.changes() != before)
        };
        if changed {
            self.world.changed();
        }
        if self.repaired.swap(false, Ordering::Relaxed) {
            self.world
                .log("a call ended by a panic; the registry was made whole");
        }
        drop(trash);
        answer
    }
}

/// Whether the machine has to have room for the segment.
fn reserves(demand: &Demand) -> bool {
    !demand.flags.contains(GetFlags::NORESERVE)
}

/// The bound of all segments that need room on a machine that has it for `machine` pages.
fn commitment(machine: u64) -> Bound {
    Bound {
        user: u64::MAX,
        total: machine,
        root_too: true,
    }
}

/// Checks that the machine has room for the segment.
///
/// # Errors
/// shmget(2), `ENOMEM`: no memory could be allocated.
fn check_commitment(account: &Account, demand: &Demand, machine: u64) -> Result<(), Refused> {
    if reserves(demand) {
        account
            .would_fit(Kind::Committed, pages(demand.size), commitment(machine))
            .map_err(|full| full.refuse(Error::ENOMEM))?;
    }
    Ok(())
}

/// How often a creation that finds no room lets other threads run before it is refused.
const PAUSES: u32 = 4;

/// How often it then waits for memory that is still mapped in a task that ends.
const SETTLES: u32 = 4;

/// What a creation finds.
enum Checked {
    /// The segment exists.
    Exists(Id),
    /// It may be created: bytes to map, and the bound of its pages.
    New(u64, Bound),
}

/// Undoes something when it is dropped, unless it was [kept](Undo::keep): so a call into the
/// world that panics leaves nothing behind.
struct Undo<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Undo<F> {
    const fn by(undo: F) -> Self {
        Self(Some(undo))
    }

    /// Nothing is to be undone any more.
    fn keep(mut self) {
        self.0 = None;
    }
}

impl<F: FnOnce()> Drop for Undo<F> {
    fn drop(&mut self) {
        if let Some(undo) = self.0.take() {
            undo();
        }
    }
}
