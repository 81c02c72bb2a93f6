// SPDX-License-Identifier: GPL-2.0-or-later
//! The service behind shm.defs: decodes, asks the engine, encodes.
//!
//! What is allowed, the engine decides. The service decides when to look again: at tasks that lost
//! their token, at removed segments, and for tables of strangers.
//!
//! # Threads, and what each may block on
//!
//! | thread | serves | may block on |
//! |---|---|---|
//! | RPC workers (the main program's) | shm.defs | the process server, for which users [take turns](crate::engine::turns); in an attach or a detach the task that the request names, through the [gate](crate::engine::gate); else surveys for [0.5 s](crate::engine::desk::PATIENCE) in all |
//! | hint workers ([`Service::run_hints`]) | tokens and tickets | surveys, as above |
//! | surveyors ([`crate::engine::desk`]) | surveys of tasks | the task that is surveyed |
//! | the pager's ([`Pager::run`]) | the kernel's requests for pages | the kernel's memory, paging space |
//!
//! So a request is answered within 2 s, whatever any client does: it waits at most
//! [1 s](crate::engine::gate::PATIENCE) for its turn at the gate, 0.5 s for its
//! [turn](crate::engine::turns) at the process server and 0.5 s for surveys. The one exception is an
//! attach or a detach that names a task which hangs: its client waits until that
//! task lets go. Workers are replaced while they are blocked, up to a bound; the pager has a port
//! set of its own, so a thread that hangs in a client's task starves nobody.
//!
//! # What a panic costs
//!
//! Where the program unwinds (the translator), a panic in a worker costs that call, which answers
//! `EIO`; one in a surveyor leaves what it looked at unknown; one in a hint worker loses the hint,
//! and whoever asks about the segment finds out. A step of the registry that panics is followed by
//! [`Registry::repair`](crate::registry::Registry::repair). On the bare bed a panic ends the boot.
//!
//! # Locks, in order
//!
//! The locks of the engine (registry, ledger, log, desk, gate) are never held together, and
//! nothing below is taken under them but what [`World`](crate::engine::world::World) allows.
//!
//! 1. a segment's `live` cell, 2. the pager's table of objects and its lists, 3. an object's
//!    state (see [`crate::mach::pager`]);
//! 4. the tables of clients, tokens and tickets; 5. the list of suspects.
//!
//! No lock is held across a call on a client's task.
//!
//! # Rights
//!
//! The rights in a request belong to the server's loop until the routine succeeds: on an
//! error the loop destroys them. So every routine gets a [`Requested`], and takes it last.

pub mod client;
mod files;
pub mod stubs;

gnumach::include_bindings! {
    /// shm.defs as MIG, the C compiler and bindgen make it: structures, constants, the user
    /// stubs (`sysvshm_get` and so on) and the server's demultiplexer (`sysvshm_server`).
    pub mod defs = "shm";
}

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use gnumach::elastic::Pool;
use gnumach::header;
use gnumach::right::{Name, PortSet, ReceiveRight, Requested, SendRight};
use gnumach::serve::{Bounds, Next, Reply};
use gnumach::sync::{Event, Mutex, RawMutex};
use gnumach::sys;

use crate::engine::Engine;
use crate::engine::moment::Moment;
use crate::engine::suspects::Suspects;
use crate::engine::turns::Turns;
use crate::mach::names::{TaskName, TicketName, TokenName};
use crate::mach::pager::Pager;
use crate::mach::region::is_dead;
use crate::mach::task::{Task, Tasks, Verified};
use crate::mach::{platform::Platform, world::Kernel};
use crate::{Caller, Error, Info, Limits, Pid, Result, Stat, Which};

/// The server's state: the engine, and what the wire needs beyond it.
pub struct Service<P: Platform + 'static> {
    engine: Engine<Kernel<P>>,
    tasks: &'static Tasks,
    pager: &'static Pager,
    suspects: Mutex<Suspects<TokenName>>,
    /// At the process server.
    turns: Turns<RawMutex, Event>,
    wake: Bell,
    /// When removed segments may be looked at again.
    next_sweep: Moment,
    /// When a table for a stranger is made anew.
    next_table: Moment,
}

/// A port in the hint set. Any message on it wakes a worker to run `look_again`.
struct Bell {
    port: ReceiveRight,
    /// A message is on its way; another would tell nothing new.
    rung: AtomicBool,
}

impl Bell {
    fn new(hints: &PortSet) -> Result<Self> {
        let port = ReceiveRight::allocate().map_err(|_| Error::ENOMEM)?;
        port.move_to(hints).map_err(|_| Error::ENOMEM)?;
        Ok(Self {
            port,
            rung: AtomicBool::new(false),
        })
    }

    /// Wakes a hint worker.
    fn ring(&self) {
        if self.rung.swap(true, Ordering::Relaxed) {
            return;
        }
        // A send-once right always takes its message.
        let _ = header::send(self.port.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE, 0);
    }
}

/// Time between two looks at removed segments: their last mapping may go by munmap(2), of which
/// nobody tells the server.
const SWEEP: Duration = Duration::from_secs(5);

/// How long tables for strangers share the result of one look.
const TABLE: Duration = Duration::from_secs(1);

/// Hint workers at most.
const HINT_WORKERS: usize = 4;

/// Suspects that are looked at together.
const BATCH: usize = 64;

/// The answer to an attach.
pub struct AttachReply {
    /// Base address in the client's task.
    pub address: u64,
    /// Bytes mapped.
    pub size: u64,
    /// The token, unless the client has it.
    pub token: Option<SendRight>,
}

/// The right of a request, said to be a task's.
fn task_of(port: &Requested<'_>) -> TaskName {
    TaskName::new(port.name())
}

impl<P: Platform> Service<P> {
    /// A server without segments. `seed` should be a secret: clients choose keys.
    ///
    /// # Errors
    /// `ENOMEM`, `EBUSY`: as [`Pager::start`].
    pub fn new(platform: P, limits: Limits, seed: u64) -> Result<Self> {
        let tasks: &'static Tasks = Box::leak(Box::new(Tasks::new().map_err(|_| Error::ENOMEM)?));
        let pager = Pager::start()?;
        let wake = Bell::new(tasks.hints())?;
        Ok(Self {
            engine: Engine::new(Kernel::new(platform, pager, tasks), limits, seed),
            tasks,
            pager,
            suspects: Mutex::default(),
            turns: Turns::new(),
            wake,
            next_sweep: Moment::never(),
            next_table: Moment::never(),
        })
    }

    /// The engine, for what needs no wire: limits, table, counts.
    pub fn engine(&self) -> &Engine<Kernel<P>> {
        &self.engine
    }

    /// The pager, which [`Pager::run`] sets to work.
    pub fn pager(&self) -> &'static Pager {
        self.pager
    }

    fn platform(&self) -> &P {
        &self.engine.world().platform
    }

    /// Asks the process server about a port that is said to be a task's.
    fn verify(&self, port: TaskName, caller: &Caller<'_>) -> Result<Verified> {
        let _turn = self
            .turns
            .take(caller.user(), || self.platform().uptime())?;
        Verified::new(self.platform(), port)
    }

    /// The process with this task port, without putting it on record.
    fn pid(&self, port: TaskName, caller: &Caller<'_>) -> Result<Pid> {
        match self.tasks.find(port) {
            Some(task) => Ok(task.pid()),
            None => self.verify(port, caller).map(|verified| verified.pid()),
        }
    }

    /// The client with this task port, put on record if it is new.
    fn client(&self, port: TaskName, caller: &Caller<'_>) -> Result<Task> {
        if let Some(task) = self.tasks.find(port) {
            return Ok(task);
        }
        let verified = self.verify(port, caller)?;
        self.tasks.add(verified, caller.user()).map_err(|_| {
            if is_dead(port) {
                Error::ESRCH
            } else {
                Error::ENOMEM
            }
        })
    }

    /// Takes the task port of a request that succeeded.
    fn consume(&self, port: Requested<'_>) {
        match self.tasks.find(task_of(&port)) {
            Some(task) => task.absorb(port.take()),
            None => drop(port.take()),
        }
    }

    fn token(&self, task: &Task) -> Result<SendRight> {
        task.give_token().map_err(|_| Error::ENOMEM)
    }

    /// `sysvshm_get`.
    ///
    /// # Errors
    /// Those of [`Engine::get`](crate::engine::Engine::get); `ESRCH`: `task` is no task.
    pub fn get(
        &self,
        caller: &Caller<'_>,
        task: Requested<'_>,
        key: i32,
        size: u64,
        flags: u32,
    ) -> Result<i32> {
        let id = self.engine.get(caller, key, size, flags.into(), || {
            self.pid(task_of(&task), caller)
        })?;
        self.consume(task);
        Ok(id.raw())
    }

    /// `sysvshm_attach`.
    ///
    /// # Errors
    /// Those of [`Engine::attach`](crate::engine::Engine::attach); `ESRCH`: `port` is no task's;
    /// `ENOMEM`: no memory for its token.
    pub fn attach(
        &self,
        caller: &Caller<'_>,
        port: Requested<'_>,
        id: i32,
        flags: u32,
        address: u64,
    ) -> Result<AttachReply> {
        let task = self.client(task_of(&port), caller)?;
        let held = flags & defs::SYSVSHM_HELD != 0 && task.has_token();
        // Before the map, so that nothing has to be undone.
        let token = if held { None } else { Some(self.token(&task)?) };
        let attached = self
            .engine
            .attach(caller, &task, task.pid(), id, address, flags.into())?;
        task.absorb(port.take());
        if task.lost_token() {
            // It died, or dropped its token, before the record was there, and nobody will
            // tell again.
            self.suspects
                .lock()
                .add(task.token_name(), self.platform().uptime());
            self.wake.ring();
        }
        Ok(AttachReply {
            address: attached.address,
            size: attached.size,
            token,
        })
    }

    /// `sysvshm_detach`.
    ///
    /// # Errors
    /// Those of [`Engine::detach`](crate::engine::Engine::detach).
    pub fn detach(&self, caller: &Caller<'_>, port: Requested<'_>, address: u64) -> Result<()> {
        // shmdt(2), EINVAL: a task without record has no attachment.
        let task = self.tasks.find(task_of(&port)).ok_or(Error::EINVAL)?;
        self.engine.detach(caller, &task, task.pid(), address)?;
        self.tasks.keep(&task);
        task.absorb(port.take());
        Ok(())
    }

    /// `sysvshm_stat`.
    ///
    /// # Errors
    /// Those of [`Engine::stat`](crate::engine::Engine::stat); `EINVAL`: no such `how`.
    pub fn stat(&self, caller: &Caller<'_>, which: i32, how: u32) -> Result<defs::sysvshm_ds_t> {
        let which = match how {
            defs::SYSVSHM_BY_ID => Which::Id(which),
            defs::SYSVSHM_BY_INDEX => Which::Index(which),
            defs::SYSVSHM_BY_INDEX_ANY => Which::IndexAny(which),
            _ => return Err(Error::EINVAL),
        };
        self.engine.stat(caller, which).map(|stat| encode(&stat))
    }

    /// `sysvshm_set`.
    ///
    /// # Errors
    /// Those of [`Engine::set`](crate::engine::Engine::set).
    pub fn set(&self, caller: &Caller<'_>, id: i32, uid: u32, gid: u32, mode: u32) -> Result<()> {
        self.engine.set(caller, id, uid, gid, mode)
    }

    /// `sysvshm_remove`.
    ///
    /// # Errors
    /// Those of [`Engine::remove`](crate::engine::Engine::remove).
    pub fn remove(&self, caller: &Caller<'_>, id: i32) -> Result<()> {
        self.engine.remove(caller, id)?;
        if self.engine.removed() != 0 {
            // It may live on, and from now on somebody has to look after it.
            self.wake.ring();
        }
        Ok(())
    }

    /// `sysvshm_lock`.
    ///
    /// # Errors
    /// Those of [`Engine::lock`](crate::engine::Engine::lock); `EINVAL`: `lock` is neither 0 nor 1.
    pub fn lock(&self, caller: &Caller<'_>, id: i32, lock: u32) -> Result<()> {
        match lock {
            0 | 1 => self.engine.lock(caller, id, lock == 1),
            _ => Err(Error::EINVAL),
        }
    }

    /// `sysvshm_info`.
    pub fn info(&self) -> defs::sysvshm_info_t {
        encode_info(&self.engine.info())
    }

    /// `sysvshm_list`. For root the attachments are checked first, for others as by
    /// [`table`](Self::table).
    pub fn list(&self, caller: &Caller<'_>) -> Vec<defs::sysvshm_ds_t> {
        let table = if caller.privileged() {
            self.engine.survey(false);
            self.engine.list()
        } else {
            self.table()
        };
        table.iter().map(encode).collect()
    }

    /// Every segment in the order of indices. Their attachments are checked first if that was
    /// not done in the last second, so that strangers cause no more work together than one of
    /// them. Takes no longer than [a survey may](crate::engine::desk::PATIENCE).
    pub fn table(&self) -> Vec<Stat> {
        if self.table_is_stale() {
            self.engine.survey(false);
        }
        self.engine.list()
    }

    /// Whether the caller is to look anew for a stranger's table. Of several at once, one is.
    fn table_is_stale(&self) -> bool {
        let now = self.platform().uptime();
        self.next_table.pass(now, now.saturating_add(TABLE))
    }

    /// `sysvshm_fork`; `None` is answered as a null right.
    ///
    /// # Errors
    /// Those of [`Engine::fork`](crate::engine::Engine::fork); `ENOMEM`: no memory for the ticket.
    pub fn fork(&self, caller: &Caller<'_>, port: Requested<'_>) -> Result<Option<SendRight>> {
        let mut right = None;
        if let Some(task) = self.tasks.find(task_of(&port)) {
            let ticket = self.engine.fork(caller, &task, task.pid(), || {
                let ticket = self.tasks.ticket().map_err(|_| Error::ENOMEM)?;
                // From its first moment on somebody holds it: a query that finds no holder
                // uncounts what it stands for.
                right = Some(ticket.port().make_send().map_err(|_| Error::ENOMEM)?);
                Ok(ticket)
            })?;
            // The last attachment may have gone while the ticket was made.
            right = right.filter(|_| ticket.is_some());
        }
        self.consume(port);
        Ok(right)
    }

    /// `sysvshm_fork_child`.
    ///
    /// # Errors
    /// `EINVAL`: `ticket` is no ticket, or was handed in before; `ESRCH`: `port` is no task's;
    /// `ENOMEM`: no memory for its token.
    pub fn fork_child(
        &self,
        caller: &Caller<'_>,
        port: Requested<'_>,
        ticket: Requested<'_>,
    ) -> Result<SendRight> {
        let fork = self
            .tasks
            .with_ticket(TicketName::new(ticket.name()))
            .ok_or(Error::EINVAL)?;
        let task = self.client(task_of(&port), caller)?;
        let token = self.token(&task)?;
        self.engine.fork_child(&fork, &task, task.pid())?;
        task.absorb(port.take());
        drop(ticket.take());
        Ok(token)
    }

    /// Serves hints for ever, with a pool of workers made by `spawn`.
    ///
    /// # Errors
    /// What `spawn` answers when it cannot make the first worker.
    pub fn run_hints<E>(
        &'static self,
        spawn: impl Fn(Box<dyn FnOnce() + Send>) -> core::result::Result<(), E> + Send + Sync + 'static,
    ) -> core::result::Result<(), E> {
        HINTS.set(self);
        let pool = Pool::new(self.tasks.hints().name(), demux, HINT_WORKERS);
        let pool = Box::leak(Box::new(pool.within(Bounds::NOTIFICATIONS)));
        pool.start(spawn, move |_| self.look_again())
    }

    /// Looks at suspects that are due and at removed segments, and says when to do so next.
    fn look_again(&self) -> Next {
        self.wake.rung.store(false, Ordering::Relaxed);
        let mut next = None;
        self.platform().guard("looking at suspects", &mut || {
            let now = self.platform().uptime();
            let due = self.suspects.lock().due(now, BATCH);
            self.look_at(&due);
            let sweep = self.sweep_when_due(now);
            let suspect = self.suspects.lock().next();
            next = sweep.into_iter().chain(suspect).min();
        });
        let now = self.platform().uptime();
        next.map_or(Next::Wait, |due| {
            let soon = Duration::from_millis(1);
            Next::WaitFor(due.saturating_sub(now).clamp(soon, SWEEP))
        })
    }

    /// Sweeps if the last sweep is long enough ago, so that many hints and removals cause
    /// no more of them than few. Answers when to do so next, if there is anything to sweep.
    fn sweep_when_due(&self, now: Duration) -> Option<Duration> {
        if self.engine.removed() == 0 {
            return None;
        }
        if let Some(due) = self.next_sweep.get().filter(|due| now < *due) {
            return Some(due);
        }
        let next = now.saturating_add(SWEEP);
        self.next_sweep.set(next);
        // So that they go when nobody maps them any more.
        self.engine.survey(true);
        (self.engine.removed() != 0).then_some(next)
    }

    /// Checks the tasks whose tokens lost their holders, given with how often they were looked
    /// at, and notes those to be looked at again that still have attachments and no token.
    fn look_at(&self, suspects: &[(TokenName, u32)]) {
        let tasks: Vec<(Task, u32)> = suspects
            .iter()
            .filter_map(|(token, looks)| Some((self.tasks.with_token(*token)?, *looks)))
            .collect();
        if tasks.is_empty() {
            return;
        }
        self.engine.check_tasks(tasks.iter().map(|(task, _)| task));
        for (task, looks) in tasks {
            let orphaned = task
                .token()
                .status()
                .is_ok_and(|status| !status.has_senders);
            if !orphaned {
                continue;
            }
            if self.engine.has_attachments(&task) {
                let now = self.platform().uptime();
                let mut suspects = self.suspects.lock();
                suspects.again(task.token_name(), looks, now);
            } else {
                self.tasks.forget(&task);
            }
        }
    }
}

/// Who is told that a hint port lost its senders.
trait Hints: Sync {
    fn no_senders(&self, port: Name);
}

impl<P: Platform> Hints for Service<P> {
    fn no_senders(&self, port: Name) {
        // The stub that calls this is C's: no panic may cross it.
        self.platform()
            .guard("a hint", &mut || self.no_senders_at(port));
    }
}

impl<P: Platform> Service<P> {
    /// A token or a ticket lost its last holder, somebody says.
    fn no_senders_at(&self, port: Name) {
        if let Some(task) = self.tasks.with_token(TokenName::new(port)) {
            // Anybody may send such a message: ask the kernel, and arm the next one.
            if let Ok(status) = task.token().status() {
                let sync = status.made + u32::from(!status.has_senders);
                let _ = task.token().notify_no_senders(sync);
                if !status.has_senders {
                    task.lose_token();
                }
            }
            self.look_at(&[(task.token_name(), 0)]);
        } else if let Some(ticket) = self.tasks.with_ticket(TicketName::new(port)) {
            if let Ok(status) = ticket.port().status()
                && status.has_senders
            {
                let _ = ticket.port().notify_no_senders(status.made);
            }
            self.engine.ticket_dropped(&ticket);
        }
    }
}

/// The service that the notification stubs serve: they carry no context.
struct TheHints(Mutex<Option<&'static dyn Hints>>);

impl TheHints {
    fn set(&self, hints: &'static dyn Hints) {
        *self.0.lock() = Some(hints);
    }
}

static HINTS: TheHints = TheHints(Mutex::new(None));

/// # Safety
/// As [`gnumach::serve::Demux`].
unsafe fn demux(request: *mut sys::mach_msg_header_t, reply: *mut Reply) -> bool {
    // SAFETY: handed through from our caller.
    unsafe { sys::notify_notify_server(request, reply.cast()) != 0 }
}

/// The routines that MIG's notify server stubs call. A forged notification may carry rights;
/// refusing it lets the loop destroy them.
mod notifications {
    use super::{HINTS, Name, sys};

    type Code = sys::kern_return_t;

    #[unsafe(no_mangle)]
    extern "C" fn notify_do_mach_notify_no_senders(port: Name, _count: u32) -> Code {
        let hints = *HINTS.0.lock();
        if let Some(hints) = hints {
            hints.no_senders(port);
        }
        0
    }

    #[unsafe(no_mangle)]
    extern "C" fn notify_do_mach_notify_port_deleted(_port: Name, _name: Name) -> Code {
        sys::KERN_FAILURE as _
    }

    #[unsafe(no_mangle)]
    extern "C" fn notify_do_mach_notify_msg_accepted(_port: Name, _name: Name) -> Code {
        sys::KERN_FAILURE as _
    }

    #[unsafe(no_mangle)]
    extern "C" fn notify_do_mach_notify_port_destroyed(_port: Name, _right: Name) -> Code {
        sys::KERN_FAILURE as _
    }

    #[unsafe(no_mangle)]
    extern "C" fn notify_do_mach_notify_send_once(_port: Name) -> Code {
        sys::KERN_FAILURE as _
    }

    #[unsafe(no_mangle)]
    extern "C" fn notify_do_mach_notify_dead_name(_port: Name, _name: Name) -> Code {
        sys::KERN_FAILURE as _
    }
}

fn encode(stat: &Stat) -> defs::sysvshm_ds_t {
    defs::sysvshm_ds_t {
        id: stat.id,
        key: stat.key,
        uid: stat.uid,
        gid: stat.gid,
        cuid: stat.cuid,
        cgid: stat.cgid,
        mode: stat.mode,
        seq: stat.seq,
        segsz: stat.segsz,
        atime: stat.atime,
        dtime: stat.dtime,
        ctime: stat.ctime,
        cpid: stat.cpid,
        lpid: stat.lpid,
        nattch: stat.nattch,
        rss: stat.rss,
        swap: stat.swap,
    }
}

fn encode_info(info: &Info) -> defs::sysvshm_info_t {
    defs::sysvshm_info_t {
        shmmax: info.limits.shmmax,
        shmmin: 1,
        shmmni: info.limits.shmmni.into(),
        shmseg: info.limits.shmmni.into(),
        shmall: info.limits.shmall,
        used_ids: info.used_ids.into(),
        shm_tot: info.shm_tot,
        shm_rss: info.shm_rss,
        shm_swp: info.shm_swp,
        max_index: info.max_index,
        pad: 0,
    }
}
