// SPDX-License-Identifier: GPL-2.0-or-later
//! The service behind shm.defs: decodes, asks the engine, encodes. It decides nothing.
//!
//! # Threads, and what each may block on
//!
//! | thread | serves | may block on |
//! |---|---|---|
//! | RPC workers (the bed's) | shm.defs | the process server; one client task, through the [gate](crate::mach::gate) |
//! | hint workers ([`Service::run_hints`]) | tokens and tickets | one client task, through the gate |
//! | the pager ([`Pager::run`]) | the kernel's requests for pages | nobody: it only sends to the kernel |
//!
//! Both kinds of workers are replaced while they are blocked, up to a bound; the pager has
//! a port set of its own, so a worker that hangs in a client's task starves nobody.
//!
//! # Locks, in order
//!
//! 1. the engine's registry lock (see [`crate::engine`]), under which nothing below is taken
//!    but what [`World`](crate::engine::world::World) allows;
//! 2. a segment's `live` cell, 3. the pager's table of objects and its spare ones, 4. an object's
//!    state;
//! 5. the gate's state; 6. the tables of clients, tokens and tickets; 7. the list of suspects.
//!
//! No lock is held across a call on a client's task.
//!
//! # Rights
//!
//! The rights in a request belong to the server's loop until the routine succeeds: on an
//! error the loop destroys them. So every routine borrows them, and consumes them last.

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
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;

use gnumach::elastic::Pool;
use gnumach::right::{Name, PortSet, ReceiveRight, SendRight, valid};
use gnumach::serve::{Bounds, Next, Reply};
use gnumach::sync::Mutex;
use gnumach::{sys, trap};

use crate::engine::Engine;
use crate::mach::pager::Pager;
use crate::mach::task::{Task, Tasks};
use crate::mach::{platform::Platform, world::Kernel};
use crate::{Caller, Error, Info, Limits, Pid, Result, Stat, Which};

/// The server's state: the engine, and what the wire needs beyond it.
pub struct Service<P: Platform + 'static> {
    engine: Engine<Kernel<P>>,
    tasks: &'static Tasks,
    pager: &'static Pager,
    suspects: Mutex<Vec<Suspect>>,
    wake: Bell,
    /// When removed segments may be looked at again, in milliseconds of the platform's clock.
    next_sweep: AtomicU64,
}

/// A port among the hints whose messages mean nothing but: look again.
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
        let mut head = sys::mach_msg_header_t {
            msgh_bits: sys::MACH_MSG_TYPE_MAKE_SEND_ONCE,
            msgh_size: size_of::<sys::mach_msg_header_t>() as _,
            ..Default::default()
        };
        head.__bindgen_anon_1.msgh_remote_port = self.port.name();
        // SAFETY: the message is a header and no more, as its size says.
        unsafe {
            trap::mach_msg(
                &mut head,
                sys::MACH_SEND_MSG as _,
                head.msgh_size,
                0,
                0,
                0,
                0,
            )
        };
    }
}

/// A task whose token is gone while its attachments are still mapped: exec, which clears
/// the names first and the memory then, or a process that gave its token away.
struct Suspect {
    token: Name,
    /// When to look again, in milliseconds of the platform's clock.
    due: u64,
    /// Milliseconds until the look after that.
    delay: u64,
}

/// First and last delay between two looks at a suspect.
const SUSPECT_DELAYS: core::ops::RangeInclusive<u64> = 20..=10_000;

/// Milliseconds between two looks at removed segments: their last mapping may go by
/// munmap(2), of which nobody tells the server.
const SWEEP: u32 = 5_000;

/// Who the server is when it asks its own engine.
const ROOT: Caller<'static> = Caller {
    uids: &[0],
    gids: &[],
};

/// Hint workers at most. Each can hang in one client's task.
const HINT_WORKERS: usize = 64;

/// What an attach or a fork answers with a right: the name of a send right to move.
pub struct Attachment {
    /// Base address in the client's task.
    pub address: u64,
    /// Bytes mapped.
    pub size: u64,
    /// The token, unless the client has it.
    pub token: Option<SendRight>,
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
            suspects: Mutex::new(Vec::new()),
            wake,
            next_sweep: AtomicU64::new(0),
        })
    }

    /// The engine, for what needs no wire: limits, table, counts.
    pub fn engine(&self) -> &Engine<Kernel<P>> {
        &self.engine
    }

    /// The pager; one thread must run it.
    pub fn pager(&self) -> &'static Pager {
        self.pager
    }

    fn platform(&self) -> &P {
        &self.engine.world().platform
    }

    /// The process with this task port, without putting it on record.
    fn pid(&self, port: Name) -> Result<Pid> {
        match self.tasks.find(port) {
            Some(task) => Ok(task.pid()),
            None => self.verified(port),
        }
    }

    /// Asks for the process before anything is called on the port: it may be forged.
    fn verified(&self, port: Name) -> Result<Pid> {
        // Our own task is no client: its maps are nobody's to change.
        if !valid(port) || port == trap::mach_task_self() {
            return Err(Error::ESRCH);
        }
        self.platform().pid(port)
    }

    /// The client with this task port, put on record if it is new.
    fn client(&self, port: Name, caller: &Caller<'_>) -> Result<Task> {
        if let Some(task) = self.tasks.find(port) {
            return Ok(task);
        }
        let pid = self.verified(port)?;
        // A caller without user ids shares the allowance of nobody.
        let user = caller.uids.first().copied().unwrap_or(u32::MAX);
        self.tasks.add(port, user, pid).map_err(|error| {
            if error.is_dead() {
                Error::ESRCH
            } else {
                Error::ENOMEM
            }
        })
    }

    /// Consumes the task port of a request that succeeded.
    fn consume(&self, port: Name) {
        match self.tasks.find(port) {
            Some(task) => task.absorb(port),
            // SAFETY: the request succeeded, so the right that came with it is ours.
            None => drop(unsafe { SendRight::from_raw(port) }),
        }
    }

    fn token(&self, task: &Task) -> Result<SendRight> {
        task.give_token().map_err(|_| Error::ENOMEM)
    }

    /// `sysvshm_get`.
    ///
    /// # Errors
    /// Those of shm.defs, as for every routine below.
    pub fn get(
        &self,
        caller: &Caller<'_>,
        task: Name,
        key: i32,
        size: u64,
        flags: u32,
    ) -> Result<i32> {
        let id = self
            .engine
            .get(caller, key, size, flags.into(), || self.pid(task))?;
        if valid(task) {
            self.consume(task);
        }
        Ok(id.raw())
    }

    /// `sysvshm_attach`.
    ///
    /// # Errors
    /// Those of shm.defs.
    pub fn attach(
        &self,
        caller: &Caller<'_>,
        port: Name,
        id: i32,
        flags: u32,
        address: u64,
    ) -> Result<Attachment> {
        let task = self.client(port, caller)?;
        let held = flags & defs::SYSVSHM_HELD != 0 && task.has_token();
        // Before the map, so that nothing has to be undone.
        let token = if held { None } else { Some(self.token(&task)?) };
        let attached = self
            .engine
            .attach(caller, &task, task.pid(), id, address, flags.into())?;
        task.absorb(port);
        Ok(Attachment {
            address: attached.address,
            size: attached.size,
            token,
        })
    }

    /// `sysvshm_detach`.
    ///
    /// # Errors
    /// Those of shm.defs.
    pub fn detach(&self, port: Name, address: u64) -> Result<()> {
        // shmdt(2), EINVAL: a task without record has no attachment.
        let task = self.tasks.find(port).ok_or(Error::EINVAL)?;
        self.engine.detach(&task, address)?;
        self.tasks.keep(&task);
        task.absorb(port);
        Ok(())
    }

    /// `sysvshm_stat`.
    ///
    /// # Errors
    /// Those of shm.defs.
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
    /// Those of shm.defs.
    pub fn set(&self, caller: &Caller<'_>, id: i32, uid: u32, gid: u32, mode: u32) -> Result<()> {
        self.engine.set(caller, id, uid, gid, mode)
    }

    /// `sysvshm_remove`.
    ///
    /// # Errors
    /// Those of shm.defs.
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
    /// Those of shm.defs.
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

    /// `sysvshm_list`.
    pub fn list(&self) -> Vec<defs::sysvshm_ds_t> {
        self.table().iter().map(encode).collect()
    }

    /// Every segment in the order of indices, after their attachments were checked.
    pub fn table(&self) -> Vec<Stat> {
        for stat in self.engine.list() {
            if stat.nattch != 0 {
                // What became of it meanwhile, the list below tells.
                let _ = self.engine.stat(&ROOT, Which::Id(stat.id));
            }
        }
        self.engine.list()
    }

    /// `sysvshm_fork`; `None` is answered as a null right.
    ///
    /// # Errors
    /// Those of shm.defs.
    pub fn fork(&self, caller: &Caller<'_>, port: Name) -> Result<Option<SendRight>> {
        let mut right = None;
        if let Some(task) = self.tasks.find(port) {
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
        if valid(port) {
            self.consume(port);
        }
        Ok(right)
    }

    /// `sysvshm_fork_child`.
    ///
    /// # Errors
    /// Those of shm.defs.
    pub fn fork_child(&self, caller: &Caller<'_>, port: Name, ticket: Name) -> Result<SendRight> {
        let fork = self.tasks.with_ticket(ticket).ok_or(Error::EINVAL)?;
        let task = self.client(port, caller)?;
        let token = self.token(&task)?;
        self.engine.fork_child(&fork, &task, task.pid())?;
        task.absorb(port);
        // SAFETY: the request succeeded, so the right that came with it is ours.
        drop(unsafe { SendRight::from_raw(ticket) });
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
        let now = self.platform().milliseconds();
        let mut due = Vec::new();
        self.suspects.lock().retain(|suspect| {
            let wait = suspect.due > now;
            if !wait {
                due.push((suspect.token, suspect.delay));
            }
            wait
        });
        for (token, delay) in due {
            self.suspect(token, delay * 2);
        }
        let sweep = self.sweep_when_due(now);
        let suspect = self.suspects.lock().iter().map(|suspect| suspect.due).min();
        let next = sweep.into_iter().chain(suspect).min();
        next.map_or(Next::Wait, |due| {
            let wait = due.saturating_sub(now).clamp(1, SWEEP.into());
            Next::WaitFor(Duration::from_millis(wait))
        })
    }

    /// Sweeps if the last sweep is long enough ago, so that many hints and removals cause
    /// no more of them than few. Answers when to do so next, if there is anything to sweep.
    fn sweep_when_due(&self, now: u64) -> Option<u64> {
        if self.engine.removed() == 0 {
            return None;
        }
        let due = self.next_sweep.load(Ordering::Relaxed);
        if now < due {
            return Some(due);
        }
        let next = now + u64::from(SWEEP);
        self.next_sweep.store(next, Ordering::Relaxed);
        (self.sweep() != 0).then_some(next)
    }

    /// Looks at every removed segment, so that it goes when nobody maps it any more. Answers
    /// how many are left.
    fn sweep(&self) -> usize {
        let removed = |stat: &Stat| stat.mode & defs::SYSVSHM_DEST != 0;
        let list = self.engine.list();
        list.iter()
            .filter(|stat| removed(stat))
            .filter(|stat| self.engine.stat(&ROOT, Which::Id(stat.id)).is_ok())
            .count()
    }

    /// Checks the task whose token lost its holders, now and, as long as it still has
    /// attachments and no token, again after `delay` milliseconds.
    fn suspect(&self, token: Name, delay: u64) {
        let Some(task) = self.tasks.with_token(token) else {
            return;
        };
        self.engine.check_task(&task);
        let orphaned = task
            .token()
            .status()
            .is_ok_and(|status| !status.has_senders);
        if !orphaned {
            return;
        }
        if self.engine.known(&task).is_none() {
            self.tasks.forget(&task);
        } else {
            let delay = delay.clamp(*SUSPECT_DELAYS.start(), *SUSPECT_DELAYS.end());
            let due = self.platform().milliseconds() + delay;
            let mut suspects = self.suspects.lock();
            if !suspects.iter().any(|suspect| suspect.token == token) {
                suspects.push(Suspect { token, due, delay });
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
        if let Some(task) = self.tasks.with_token(port) {
            // Anybody may send such a message: ask the kernel, and arm the next one.
            if let Ok(status) = task.token().status() {
                let sync = status.made + u32::from(!status.has_senders);
                let _ = task.token().notify_no_senders(sync);
            }
            self.suspect(port, 0);
        } else if let Some(ticket) = self.tasks.with_ticket(port) {
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
