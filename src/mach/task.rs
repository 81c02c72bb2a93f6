// SPDX-License-Identifier: GPL-2.0-or-later
//! Client tasks, the tokens they hold and the tickets of their forks.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::sync::{Arc, Weak};
use core::cmp::Ordering;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering as Memory};

use gnumach::error::Kern;
use gnumach::right::{PortSet, ReceiveRight, SendRight, add_send_references, valid};
use gnumach::sync::Mutex;
use gnumach::trap;

use super::names::{TaskName, TicketName, TokenName};
use super::platform::Platform;
use crate::{Error, Pid};

/// Surplus references of a task port to collect before they are given back in one call.
const SURPLUS: u32 = 256;

/// How many clients to remember after their last detach. One that attaches again then needs no new
/// look-up and no new token. Beyond this number the oldest are forgotten, which bounds the memory.
const KEPT: usize = 64;

/// Clients and tickets, found by the names of their ports. Hints are received on `hints`.
pub struct Tasks {
    by_name: Mutex<BTreeMap<TaskName, Weak<Client>>>,
    by_token: Mutex<BTreeMap<TokenName, Weak<Client>>>,
    tickets: Mutex<BTreeMap<TicketName, Weak<Fork>>>,
    /// The oldest first. Nothing is dropped under this lock: a client's end takes others.
    kept: Mutex<VecDeque<Task>>,
    hints: PortSet,
}

/// A client's task, for as long as anything is recorded of it, or it is kept.
pub struct Client {
    tasks: &'static Tasks,
    port: SendRight,
    /// User references of `port` beyond the one we need: each request brings one.
    surplus: AtomicU32,
    /// Whether it is among those kept.
    kept: AtomicBool,
    /// Who pays for calls that hang in this task.
    user: u32,
    pid: Pid,
    /// Its holders are the processes that may have attachments.
    token: ReceiveRight,
    /// Whether the process was given a right to it.
    given: AtomicBool,
    /// A hint said that nobody holds a right to it any more, and none was given since.
    lost: AtomicBool,
}

/// A reference to a client's task; equal if and only if the tasks are.
#[derive(Clone)]
pub struct Task(Arc<Client>);

/// The port that stands for the attachments a child is about to inherit.
pub struct Fork {
    tasks: &'static Tasks,
    port: ReceiveRight,
}

/// A reference to a ticket; equal if and only if the ports are.
#[derive(Clone)]
pub struct Ticket(Arc<Fork>);

/// A port that was verified to be a task's, and not this program's own.
///
/// A client can send any port in place of its task's. A call on one that is the client's own
/// receive right never returns. So the port is looked at from outside first, and the type
/// [`Task`], which the functions that change an address map take, is made of nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Verified {
    port: TaskName,
    pid: Pid,
}

impl Verified {
    /// Asks `platform` which process has this task port.
    ///
    /// # Errors
    /// `ESRCH`: it is no task's port, or our own; and those of [`Platform::pid`].
    pub fn new(platform: &impl Platform, port: TaskName) -> crate::Result<Self> {
        // Our own task is no client: its maps are nobody's to change.
        if !valid(port.raw()) || port.raw() == trap::mach_task_self() {
            return Err(Error::ESRCH);
        }
        let pid = platform.pid(port)?;
        Ok(Self { port, pid })
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }
}

impl Tasks {
    /// No clients.
    ///
    /// # Errors
    /// As [`PortSet::allocate`].
    pub fn new() -> Result<Self, Kern> {
        Ok(Self {
            by_name: Mutex::new(BTreeMap::new()),
            by_token: Mutex::new(BTreeMap::new()),
            tickets: Mutex::new(BTreeMap::new()),
            kept: Mutex::new(VecDeque::new()),
            hints: PortSet::allocate()?,
        })
    }

    /// The set that tokens and tickets belong to: where hints arrive.
    pub fn hints(&self) -> &PortSet {
        &self.hints
    }

    /// The client with this task port, if one is on record.
    ///
    /// Safe to trust: while a client is on record we hold its task port, so the name stands
    /// for that port and no other.
    pub fn find(&self, port: TaskName) -> Option<Task> {
        self.by_name.lock().get(&port)?.upgrade().map(Task)
    }

    /// Puts a task on record.
    ///
    /// # Errors
    /// No port names or no memory; the task died.
    pub fn add(&'static self, verified: Verified, user: u32) -> Result<Task, Kern> {
        let Verified { port, pid } = verified;
        let token = hint_port(self)?;
        let client = Arc::new(Client {
            tasks: self,
            port: SendRight::borrow_raw(port.raw())?,
            surplus: AtomicU32::new(0),
            kept: AtomicBool::new(false),
            user,
            pid,
            token,
            given: AtomicBool::new(false),
            lost: AtomicBool::new(false),
        });
        let mut by_name = self.by_name.lock();
        if let Some(other) = by_name.get(&port).and_then(Weak::upgrade) {
            // Another thread was faster; `client` is dropped after the lock.
            drop(by_name);
            return Ok(Task(other));
        }
        by_name.insert(port, Arc::downgrade(&client));
        drop(by_name);
        self.by_token
            .lock()
            .insert(client.token_name(), Arc::downgrade(&client));
        Ok(Task(client))
    }

    /// Keeps a client that may come again, for as long as somebody holds its token.
    pub fn keep(&self, task: &Task) {
        if task.0.kept.swap(true, Memory::Relaxed) {
            return;
        }
        let mut kept = self.kept.lock();
        kept.push_back(task.clone());
        let oldest = if kept.len() > KEPT {
            kept.pop_front()
        } else {
            None
        };
        drop(kept);
        if let Some(oldest) = oldest {
            oldest.0.kept.store(false, Memory::Relaxed);
        }
        // Asked last: who loses the token from now on makes the kernel tell.
        if !task.token().status().is_ok_and(|status| status.has_senders) {
            self.forget(task);
        }
    }

    /// Keeps a client no longer for its own sake.
    pub fn forget(&self, task: &Task) {
        if !task.0.kept.load(Memory::Relaxed) {
            return;
        }
        let mut kept = self.kept.lock();
        let place = kept.iter().position(|known| known == task);
        let gone = place.and_then(|place| kept.remove(place));
        drop(kept);
        if let Some(gone) = gone {
            gone.0.kept.store(false, Memory::Relaxed);
        }
    }

    /// The client that was given this token.
    pub fn with_token(&self, token: TokenName) -> Option<Task> {
        self.by_token.lock().get(&token)?.upgrade().map(Task)
    }

    /// A new ticket.
    ///
    /// # Errors
    /// As [`ReceiveRight::allocate`].
    pub fn ticket(&'static self) -> Result<Ticket, Kern> {
        let fork = Arc::new(Fork {
            tasks: self,
            port: hint_port(self)?,
        });
        self.tickets
            .lock()
            .insert(TicketName::new(fork.port.name()), Arc::downgrade(&fork));
        Ok(Ticket(fork))
    }

    /// The ticket with this port.
    pub fn with_ticket(&self, port: TicketName) -> Option<Ticket> {
        self.tickets.lock().get(&port)?.upgrade().map(Ticket)
    }
}

/// A port whose loss of senders is told to the hint threads.
fn hint_port(tasks: &Tasks) -> Result<ReceiveRight, Kern> {
    let port = ReceiveRight::allocate()?;
    port.move_to(&tasks.hints)?;
    port.notify_no_senders(1)?;
    Ok(port)
}

impl Task {
    /// The task port; valid for as long as `self`.
    #[must_use]
    pub fn port(&self) -> TaskName {
        TaskName::new(self.0.port.name())
    }

    /// The user who pays for calls that hang in this task.
    #[must_use]
    pub fn user(&self) -> u32 {
        self.0.user
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.0.pid
    }

    /// The receive right of the token.
    #[must_use]
    pub fn token(&self) -> &ReceiveRight {
        &self.0.token
    }

    /// The name of the token.
    #[must_use]
    pub fn token_name(&self) -> TokenName {
        self.0.token_name()
    }

    /// A right to the token, for its process.
    ///
    /// # Errors
    /// As [`ReceiveRight::make_send`].
    pub fn give_token(&self) -> Result<SendRight, Kern> {
        let right = self.0.token.make_send()?;
        self.0.given.store(true, Memory::Relaxed);
        self.0.lost.store(false, Memory::Relaxed);
        Ok(right)
    }

    /// Notes that nobody holds a right to the token any more.
    pub fn lose_token(&self) {
        self.0.lost.store(true, Memory::Relaxed);
    }

    /// Whether a hint said that nobody holds a right to the token.
    ///
    /// The handler of the hint first notes it here, then looks at the records under the registry's
    /// lock. A caller that adds a record under that lock must ask here afterwards. Then no loss is
    /// missed: either the handler sees the record, or this answers that the token is lost.
    #[must_use]
    pub fn lost_token(&self) -> bool {
        self.0.lost.load(Memory::Relaxed)
    }

    /// Whether its process was given a right to the token. It may have dropped it since.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.0.given.load(Memory::Relaxed)
    }

    /// Takes over the reference to the task port that came with a request.
    ///
    /// A call for each would cost as much as the map itself, so they are given back by the
    /// hundred. The kernel allows 65535.
    pub fn absorb(&self, right: SendRight) {
        debug_assert_eq!(right.name(), self.port().raw());
        // Counted from here on.
        let _ = right.into_raw();
        if self.0.surplus.fetch_add(1, Memory::Relaxed) + 1 >= SURPLUS {
            let surplus = self.0.surplus.swap(0, Memory::Relaxed);
            // A dead task's name holds dead-name references now; they go with the last drop.
            if surplus != 0 && add_send_references(self.port().raw(), -(surplus as i32)).is_err() {
                self.0.surplus.fetch_add(surplus, Memory::Relaxed);
            }
        }
    }
}

/// Takes `this` out of `map`. A successor under the same name stays.
fn strike<N: Ord, T>(map: &Mutex<BTreeMap<N, Weak<T>>>, name: &N, this: *const T) {
    let mut map = map.lock();
    if map
        .get(name)
        .is_some_and(|weak| core::ptr::eq(weak.as_ptr(), this))
    {
        map.remove(name);
    }
}

impl Client {
    fn token_name(&self) -> TokenName {
        TokenName::new(self.token.name())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let port = TaskName::new(self.port.name());
        strike(&self.tasks.by_name, &port, self);
        strike(&self.tasks.by_token, &self.token_name(), self);
        let surplus = *self.surplus.get_mut();
        if surplus != 0 && add_send_references(self.port.name(), -(surplus as i32)).is_err() {
            // The task is dead: the references became references to a dead name.
            for _ in 0..surplus {
                // SAFETY: `absorb` took over this many references.
                drop(unsafe { SendRight::from_raw(self.port.name()) });
            }
        }
    }
}

impl Ticket {
    /// The receive right, from which a reply makes a send right.
    #[must_use]
    pub fn port(&self) -> &ReceiveRight {
        &self.0.port
    }
}

impl Drop for Fork {
    fn drop(&mut self) {
        strike(
            &self.tasks.tickets,
            &TicketName::new(self.port.name()),
            self,
        );
    }
}

macro_rules! ordered_by_port {
    ($type:ty) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0)
            }
        }
        impl Eq for $type {}
        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for $type {
            // There is one live record of a port at a time, so the address orders them.
            fn cmp(&self, other: &Self) -> Ordering {
                Arc::as_ptr(&self.0).cmp(&Arc::as_ptr(&other.0))
            }
        }
    };
}

ordered_by_port!(Task);
ordered_by_port!(Ticket);
