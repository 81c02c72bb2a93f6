// SPDX-License-Identifier: GPL-2.0-or-later
//! Both sides at once: each call is made on Linux and on the engine, and compared.

use super::actor::{Actors, Call};
use super::compare;
use super::fake::{FakeWorld, Process, Task};
use shm::{AttachFlags, Caller, Engine, GetFlags, Limits, Pid, Stat, UserLimits, Which};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{SystemTime, UNIX_EPOCH};

/// Effective ids of an actor.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    pub uid: u32,
    /// The effective group and, unless 0, a supplementary one.
    pub gids: [u32; 2],
}

/// An actor: a process on both sides.
pub struct Actor {
    /// Its pipes.
    pub number: usize,
    pub process: Arc<Process>,
    pub task: Task,
    pub identity: Identity,
    /// Its parent's number; `None`: ours.
    pub parent: Option<usize>,
    /// What it should have attached, unless it was mapped over.
    pub mapped: Vec<Mapped>,
}

/// An attachment on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Mapped {
    pub id: i32,
    /// Address on Linux.
    pub linux: u64,
    /// Address in the engine's world.
    pub ours: u64,
    /// Bytes, in pages.
    pub size: u64,
}

impl Actor {
    /// Forgets what cannot be there any more, since something else is.
    fn forget(&mut self, linux: u64, ours: u64) {
        self.mapped
            .retain(|old| old.linux != linux && old.ours != ours);
    }
}

/// Linux and the engine.
pub struct Pair {
    pub linux: Actors,
    pub engine: Engine<FakeWorld>,
    /// Calls made.
    pub calls: u64,
    /// Segments whose `shm_lpid`, `shm_atime` and `shm_dtime` Linux changed when it
    /// split a mapping.
    pub split: BTreeSet<i32>,
}

/// A result as Linux gives it: a number, or minus errno.
type Outcome = i64;

impl Pair {
    /// Both without segments, and about to issue the same id.
    pub fn new() -> Self {
        super::actor::isolate().expect("it worked before");
        let limits = Limits {
            // Linux bounds no single user.
            user: UserLimits::NONE,
            ..Limits::default()
        };
        compare::set_limits(&limits).expect("limits of the namespace");
        let engine = Engine::new(FakeWorld::new(), limits, 1);
        let pair = Self {
            linux: Actors::new().expect("pipes"),
            engine,
            calls: 0,
            split: BTreeSet::new(),
        };
        // Linux's first id is 0, which the engine never issues.
        // SAFETY: no pointers but a null one.
        unsafe {
            let first = libc::shmget(libc::IPC_PRIVATE, 1, 0o600);
            assert_eq!(first, 0, "the namespace is new");
            libc::shmctl(first, libc::IPC_RMID, std::ptr::null_mut());
        }
        pair
    }

    /// An actor that is our child.
    pub fn start(&mut self, number: usize) -> Actor {
        let pid = self.linux.start(number);
        let process = Process::new(pid);
        let task = self.engine.world().task(&process);
        let identity = Identity {
            uid: 0,
            gids: [0, 0],
        };
        Actor {
            number,
            process,
            task,
            identity,
            parent: None,
            mapped: Vec::new(),
        }
    }

    pub fn get(&mut self, actor: &Actor, key: i32, size: u64, flags: u32) -> Outcome {
        let linux = self.call(actor, Call::Get, &[key as u64, size, flags.into()]);
        let pid = Pid(actor.process.pid);
        let ours = self.with(actor, |engine, caller| {
            engine.get(caller, key, size, GetFlags::from(flags), || Ok(pid))
        });
        let ours = outcome(ours.map(|id| id.raw().into()));
        self.same(linux, ours)
    }

    /// `address` is the same on both sides.
    pub fn attach(&mut self, actor: &mut Actor, id: i32, address: u64, flags: u32) -> Outcome {
        let linux = self.call(actor, Call::Attach, &[id as u64, address, flags.into()]);
        let (task, pid) = (&actor.task, Pid(actor.process.pid));
        let ours = self.with(actor, |engine, caller| {
            engine.attach(caller, task, pid, id, address, AttachFlags::from(flags))
        });
        let size = ours.map_or(0, |attached| attached.size);
        let ours = outcome(ours.map(|attached| attached.address as i64));
        if linux > 0 && ours > 0 {
            let new = Mapped {
                id,
                linux: linux as u64,
                ours: ours as u64,
                size,
            };
            actor.forget(new.linux, new.ours);
            actor.mapped.push(new);
        }
        let chosen = address == 0 && linux > 0 && ours > 0;
        self.same(linux, if chosen { linux } else { ours })
    }

    /// At these addresses on Linux and in the engine's world.
    pub fn detach(&mut self, actor: &mut Actor, linux: u64, ours: u64) -> Outcome {
        let done = self.call(actor, Call::Detach, &[linux]);
        let detached = self.with(actor, |engine, caller| {
            engine.detach(caller, &actor.task, Pid(actor.process.pid), ours)
        });
        let detached = outcome(detached.map(|()| 0));
        actor.forget(linux, ours);
        self.same(done, detached)
    }

    pub fn set(&mut self, actor: &Actor, id: i32, [uid, gid, mode]: [u32; 3]) -> Outcome {
        let args = [uid, gid, mode].map(u64::from);
        let linux = self.control(actor, id, libc::IPC_SET, args);
        let ours = self.with(actor, |engine, caller| {
            engine.set(caller, id, uid, gid, mode)
        });
        self.same(linux, outcome(ours.map(|()| 0)))
    }

    pub fn remove(&mut self, actor: &Actor, id: i32) -> Outcome {
        let linux = self.control(actor, id, libc::IPC_RMID, [0; 3]);
        let ours = self.with(actor, |engine, caller| engine.remove(caller, id));
        self.same(linux, outcome(ours.map(|()| 0)))
    }

    pub fn lock(&mut self, actor: &Actor, id: i32, locked: bool) -> Outcome {
        let command = if locked { 11 } else { 12 };
        let linux = self.control(actor, id, command, [0; 3]);
        let ours = self.with(actor, |engine, caller| engine.lock(caller, id, locked));
        self.same(linux, outcome(ours.map(|()| 0)))
    }

    /// `IPC_STAT`, `SHM_STAT` and `SHM_STAT_ANY`: may the actor, and what is the id?
    pub fn stat(&mut self, actor: &Actor, which: Which) -> Outcome {
        let (id, command) = match which {
            Which::Id(id) => (id, libc::IPC_STAT),
            Which::Index(index) => (index, 13),
            Which::IndexAny(index) => (index, 15),
        };
        let linux = self.control(actor, id, command, [0; 3]);
        let ours = self.with(actor, |engine, caller| engine.stat(caller, which));
        let by_id = matches!(which, Which::Id(_));
        self.same(
            linux,
            outcome(ours.map(|stat| if by_id { 0 } else { stat.id.into() })),
        )
    }

    /// munmap(2) or something mapped over it, by `call`, and the hint that it happened.
    pub fn unmap(&mut self, actor: &Actor, call: Call, [linux, ours, size]: [u64; 3]) {
        self.call(actor, call, &[linux, size]);
        if call == Call::Overmap {
            actor.process.overmap(ours, size);
        } else {
            actor.process.munmap(ours, size);
        }
        self.hint(actor);
    }

    pub fn become_user(&mut self, actor: &mut Actor, identity: Identity) {
        let Identity {
            uid,
            gids: [gid, group],
        } = identity;
        let done = self.call(actor, Call::Become, &[uid, gid, group].map(u64::from));
        assert_eq!(done, 0, "switching to user {uid}");
        actor.identity = identity;
    }

    pub fn fork(&mut self, parent: &Actor, number: usize) -> Actor {
        let pid = self.call(parent, Call::Fork, &[number as u64]);
        assert!(pid > 0);
        self.tick();
        let ticket = self.with(parent, |engine, caller| {
            let pid = Pid(parent.process.pid);
            engine.fork(caller, &parent.task, pid, || Ok(engine.world().ticket()))
        });
        let process = parent.process.fork(pid as i32);
        let task = self.engine.world().task(&process);
        if let Some(ticket) = ticket.expect("tickets do not fail") {
            self.engine
                .fork_child(&ticket, &task, Pid(process.pid))
                .expect("a fresh ticket");
            ticket.drop_right();
            self.engine.ticket_dropped(&ticket);
        }
        let mapped = parent.mapped.clone();
        let parent_number = Some(parent.number);
        Actor {
            number,
            process,
            task,
            identity: parent.identity,
            parent: parent_number,
            mapped,
        }
    }

    /// The end of a child of `parent`.
    pub fn end(&mut self, child: &Actor, parent: &Actor, call: Call) {
        self.call(child, call, &[]);
        let pid = child.process.pid as u64;
        assert_eq!(self.call(parent, Call::Reap, &[pid]), pid as i64);
        child.process.exit();
        self.hint(child);
    }

    /// All segments and totals are the same on both sides, times up to `slack` seconds,
    /// since the two calls are not made at once.
    pub fn compare(&self, slack: i64) {
        let (linux, ours) = (compare::info(), self.engine.info());
        let ours = shm::Info {
            shm_rss: 0,
            shm_swp: 0,
            ..ours
        };
        assert_eq!(ours, linux, "info: left the engine, right Linux");
        let (linux, ours) = (compare::list(), self.engine.list());
        assert_eq!(ours.len(), linux.len());
        for (ours, linux) in ours.iter().zip(&linux) {
            let any = Which::IndexAny(ours.id);
            let root = Caller {
                uids: &[0],
                gids: &[],
            };
            assert_eq!(
                self.engine.stat(&root, any).as_ref(),
                Ok(ours),
                "records were stale"
            );
            let split = self.split.contains(&ours.id);
            assert_eq!(
                comparable(ours, linux, slack, split),
                *linux,
                "left the engine, right Linux"
            );
        }
    }

    fn hint(&mut self, actor: &Actor) {
        self.tick();
        self.engine.check_task(&actor.task);
    }

    fn call(&mut self, actor: &Actor, call: Call, args: &[u64]) -> Outcome {
        self.linux.call(actor.number, call, args)
    }

    fn control(&mut self, actor: &Actor, id: i32, command: i32, set: [u64; 3]) -> Outcome {
        let [uid, gid, mode] = set;
        self.call(
            actor,
            Call::Control,
            &[id as u64, command as u64, uid, gid, mode],
        )
    }

    fn with<R>(&self, actor: &Actor, call: impl FnOnce(&Engine<FakeWorld>, &Caller<'_>) -> R) -> R {
        self.tick();
        let Identity { uid, gids } = actor.identity;
        let groups = if gids[1] == 0 { &gids[..1] } else { &gids };
        call(
            &self.engine,
            &Caller {
                uids: &[uid],
                gids: groups,
            },
        )
    }

    /// The engine's clock is Linux's.
    fn tick(&self) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970");
        self.engine
            .world()
            .clock
            .store(now.as_secs() as i64, SeqCst);
    }

    fn same(&mut self, linux: Outcome, ours: Outcome) -> Outcome {
        assert_eq!(ours, linux, "left the engine, right Linux");
        self.calls += 1;
        linux
    }
}

/// Our state with what may differ taken from Linux's.
fn comparable(ours: &Stat, linux: &Stat, slack: i64, split: bool) -> Stat {
    let close = |ours: i64, linux: i64| {
        let near = (ours != 0) == (linux != 0) && (ours - linux).abs() <= slack;
        if near { linux } else { ours }
    };
    let mut ours = Stat {
        atime: close(ours.atime, linux.atime),
        dtime: close(ours.dtime, linux.dtime),
        ctime: close(ours.ctime, linux.ctime),
        rss: 0,
        swap: 0,
        ..*ours
    };
    if split {
        (ours.atime, ours.dtime, ours.lpid) = (linux.atime, linux.dtime, linux.lpid);
    }
    ours
}

fn outcome(result: shm::Result<i64>) -> Outcome {
    result.unwrap_or_else(|error| -i64::from(compare::errno(error)))
}
