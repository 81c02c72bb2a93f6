// SPDX-License-Identifier: GPL-2.0-or-later
//! One random sequence of calls.

use super::actor::Call;
use super::compare;
use super::fake::PAGE;
use super::pair::{Actor, Identity, Mapped, Pair};
use super::random::Random;
use shm::{Limits, UserLimits, Which};

/// Calls in a sequence.
const LENGTH: usize = 150;
/// Actors that are our children; theirs have the numbers from here.
const ELDERS: usize = 4;
/// Addresses for attachments at fixed places: nothing else comes here on Linux.
const WINDOW: u64 = 0x2_0000_0000;
const WINDOW_PAGES: usize = 6;

const IDENTITIES: [Identity; 5] = [
    Identity {
        uid: 0,
        gids: [0, 0],
    },
    Identity {
        uid: 1001,
        gids: [1001, 0],
    },
    Identity {
        uid: 1002,
        gids: [1002, 1001],
    },
    Identity {
        uid: 1003,
        gids: [1001, 0],
    },
    Identity {
        uid: 1001,
        gids: [1002, 0],
    },
];
const KEYS: [i32; 6] = [0, 0, 1, 2, -1, i32::MIN];
const MODES: [u32; 12] = [
    0o600, 0o666, 0o777, 0, 0o640, 0o604, 0o444, 0o066, 0o200, 0o060, 0o700, 0o550,
];
// At most two pages, so that no hole is in the middle, or too much to attach.
const SIZES: [u64; 14] = [
    0,
    1,
    100,
    4095,
    4096,
    4097,
    5000,
    8191,
    8192,
    1 << 62,
    1 << 63,
    u64::MAX,
    u64::MAX - 5,
    i64::MAX as u64,
];

/// Runs it and returns how many calls it made. Panics where the two sides differ.
pub fn run(seed: u64) -> u64 {
    let mut sequence = Sequence::new(seed);
    if sequence.random.once_in(10) {
        sequence.crowd();
    }
    for _ in 0..LENGTH {
        sequence.step();
        sequence.pair.compare(1);
    }
    sequence.finish()
}

struct Sequence {
    random: Random,
    pair: Pair,
    actors: Vec<Actor>,
    /// Ids that were issued, stale or not.
    ids: Vec<i32>,
    /// Told when it panics.
    trace: Trace,
}

impl Sequence {
    fn new(seed: u64) -> Self {
        let mut pair = Pair::new();
        let actors = (0..ELDERS).map(|number| pair.start(number)).collect();
        let trace = Trace {
            seed,
            calls: Vec::new(),
        };
        Self {
            random: Random::new(seed),
            pair,
            actors,
            ids: Vec::new(),
            trace,
        }
    }

    fn step(&mut self) {
        let index = self.random.below(self.actors.len());
        let mut actor = self.actors.swap_remove(index);
        match self.random.below(40) {
            0..9 => self.get(&actor),
            9..18 => self.attach(&mut actor),
            18..24 => self.detach(&mut actor),
            24..27 => self.set(&actor),
            27..30 => self.remove(&actor),
            30..32 => self.lock(&actor),
            32..34 => self.stat(&actor),
            34 => self.unmap(&mut actor),
            35..37 => self.become_user(&mut actor),
            37 => self.limits(),
            38 => self.fork(&actor),
            _ => match self.end(actor) {
                Some(survivor) => actor = survivor,
                None => return,
            },
        }
        self.actors.push(actor);
    }

    /// So many segments that the ring of indices grows beyond its least size.
    fn crowd(&mut self) {
        let actor = self.actors.swap_remove(0);
        self.trace.call(&actor, format_args!("crowds the table"));
        for _ in 0..60 + self.random.below(60) {
            self.ids.push(self.pair.get(&actor, 0, 1, 0o666) as i32);
        }
        for id in self.ids.clone() {
            if self.random.once_in(2) {
                self.pair.remove(&actor, id);
            }
        }
        self.actors.push(actor);
    }

    fn get(&mut self, actor: &Actor) {
        let random = &mut self.random;
        let (key, size) = (random.of(&KEYS), random.of(&SIZES));
        let mut flags = random.of(&MODES) | random.of(&[0, 0o1000, 0o1000, 0o3000, 0o2000]);
        if random.once_in(5) {
            flags |= random.of(&[0o10000, 0o100000, 1 << 20]);
        }
        let exists = key != 0 && self.pair.engine.list().iter().any(|stat| stat.key == key);
        if exists && random.once_in(5) {
            flags |= 0o4000;
        }
        self.trace
            .call(actor, format_args!("shmget({key}, {size:#x}, {flags:#o})"));
        let id = self.pair.get(actor, key, size, flags);
        if id > 0 {
            self.ids.push(id as i32);
        }
    }

    fn attach(&mut self, actor: &mut Actor) {
        let id = self.some_id();
        let random = &mut self.random;
        let mut flags = random.of(&[0, 0, 0o10000, 0o100000, 0o110000, 0o1]);
        let place = WINDOW + PAGE * random.below(WINDOW_PAGES) as u64;
        let mut address = match random.below(8) {
            0..3 => 0,
            3..6 => place,
            6 => place + random.of(&[1, 8, 4095]),
            _ => random.of(&[
                100,
                1 << 47,
                1 << 50,
                u64::MAX - 4095,
                u64::MAX - 8191,
                u64::MAX,
            ]),
        };
        flags |= random.of(&[0, 0, 0o20000, 0o40000, 0o60000]);
        // By choice, nobody maps page 0.
        if address == 100 && actor.identity.uid == 0 {
            address = 0;
        }
        self.trace.call(
            actor,
            format_args!("shmat({id:#x}, {address:#x}, {flags:#o})"),
        );
        let before = actor.mapped.clone();
        if self.pair.attach(actor, id, address, flags) > 0
            && let Some(&new) = actor.mapped.last()
        {
            self.note_split(&before, new.linux, new.size);
        }
    }

    fn detach(&mut self, actor: &mut Actor) {
        let page = WINDOW + PAGE * self.random.below(WINDOW_PAGES) as u64;
        let (linux, ours) = match self.random.below(8) {
            0 => (page, page),
            1 => {
                let any = self
                    .random
                    .of(&[0, 1, page + 1, 1 << 60, u64::MAX, u64::MAX - 4095]);
                (any, any)
            }
            _ => match actor.mapped.len() {
                0 => (page, page),
                some => {
                    let Mapped { linux, ours, .. } = actor.mapped[self.random.below(some)];
                    (linux, ours)
                }
            },
        };
        self.trace.call(actor, format_args!("shmdt({linux:#x})"));
        self.pair.detach(actor, linux, ours);
    }

    fn set(&mut self, actor: &Actor) {
        let id = self.some_id();
        let (random, owners) = (&mut self.random, [0, 1001, 1002, 1003, u32::MAX]);
        let mode = random.of(&MODES) | random.of(&[0, 0o7000, 0o170000]);
        let set = [random.of(&owners), random.of(&owners), mode];
        self.trace
            .call(actor, format_args!("shmctl({id:#x}, IPC_SET, {set:?})"));
        self.pair.set(actor, id, set);
    }

    fn remove(&mut self, actor: &Actor) {
        let id = self.some_id();
        self.trace
            .call(actor, format_args!("shmctl({id:#x}, IPC_RMID)"));
        self.pair.remove(actor, id);
    }

    fn lock(&mut self, actor: &Actor) {
        let (id, locked) = (self.some_id(), self.random.once_in(2));
        // The engine wires no pages, so RLIMIT_MEMLOCK does not bind it.
        if self
            .pair
            .engine
            .list()
            .iter()
            .any(|stat| stat.id == id && stat.segsz > 1 << 20)
        {
            return;
        }
        self.trace
            .call(actor, format_args!("shmctl({id:#x}, lock {locked})"));
        self.pair.lock(actor, id, locked);
    }

    fn stat(&mut self, actor: &Actor) {
        let id = self.some_id();
        let index = self.random.of(&[id, id & 0x7fff, 0, 5, 40000, -1]);
        let which = self
            .random
            .of(&[Which::Id(id), Which::Index(index), Which::IndexAny(index)]);
        self.trace.call(actor, format_args!("stat {which:?}"));
        self.pair.stat(actor, which);
    }

    /// Of a whole attachment, or of a page at a fixed place.
    fn unmap(&mut self, actor: &mut Actor) {
        let call = self.random.of(&[Call::Unmap, Call::Overmap]);
        let whole = self.random.once_in(2) && !actor.mapped.is_empty();
        let range = if whole {
            let index = self.random.below(actor.mapped.len());
            let Mapped {
                linux, ours, size, ..
            } = actor.mapped.swap_remove(index);
            [linux, ours, size]
        } else {
            let page = WINDOW + PAGE * self.random.below(WINDOW_PAGES) as u64;
            [page, page, PAGE]
        };
        self.trace
            .call(actor, format_args!("{call:?} of {range:#x?}"));
        let mapped = actor.mapped.clone();
        self.note_split(&mapped, range[0], range[2]);
        self.pair.unmap(actor, call, range);
    }

    fn become_user(&mut self, actor: &mut Actor) {
        let identity = self.random.of(&IDENTITIES);
        self.trace.call(actor, format_args!("becomes {identity:?}"));
        self.pair.become_user(actor, identity);
    }

    fn limits(&mut self) {
        let (random, default) = (&mut self.random, Limits::default());
        let limits = Limits {
            shmmax: random.of(&[1, 4096, 8191, default.shmmax, default.shmmax, u64::MAX]),
            shmall: random.of(&[0, 3, 10, default.shmall, default.shmall, u64::MAX]),
            shmmni: random.of(&[0, 1, 5, 12, 4096, 4096, 32768]),
            user: UserLimits::NONE,
        };
        self.trace.calls.push(format!("{limits:?}"));
        compare::set_limits(&limits).expect("limits of the namespace");
        self.pair
            .engine
            .set_limits(limits)
            .expect("limits Linux takes");
    }

    fn fork(&mut self, parent: &Actor) {
        let taken = |number: &usize| self.actors.iter().any(|actor| actor.number == *number);
        let free = (ELDERS..super::actor::ACTORS).find(|number| !taken(number));
        if let (Some(number), None) = (free, parent.parent) {
            self.trace.call(parent, format_args!("forks {number}"));
            let child = self.pair.fork(parent, number);
            self.actors.push(child);
        }
    }

    /// Ends a child; one of our own lives on.
    fn end(&mut self, actor: Actor) -> Option<Actor> {
        let parent = self
            .actors
            .iter()
            .find(|parent| Some(parent.number) == actor.parent);
        let Some(parent) = parent else {
            return Some(actor);
        };
        let call = self.random.of(&[Call::Exit, Call::Exec]);
        self.trace.call(&actor, format_args!("{call:?}"));
        self.pair.end(&actor, parent, call);
        None
    }

    /// Mostly of a segment that exists.
    fn some_id(&mut self) -> i32 {
        let list = self.pair.engine.list();
        match self.random.below(10) {
            0 if !self.ids.is_empty() => self.random.of(&self.ids),
            1 => self
                .random
                .of(&[0, 1, 63, 64, 32768, 32769, -1, i32::MIN, i32::MAX]),
            _ if list.is_empty() => 1,
            _ => list[self.random.below(list.len())].id,
        }
    }

    /// Linux counts and times the halves of what is partly mapped over.
    fn note_split(&mut self, mapped: &[Mapped], start: u64, size: u64) {
        for old in mapped {
            let (end, old_end) = (start + size, old.linux + old.size);
            let overlaps = old.linux < end && start < old_end;
            if overlaps && !(start <= old.linux && old_end <= end) {
                self.pair.split.insert(old.id);
            }
        }
    }

    /// Everything goes, and nothing of it is left in the engine's world.
    fn finish(mut self) -> u64 {
        for actor in &self.actors {
            actor.process.exit();
            self.pair.engine.check_task(&actor.task);
        }
        self.actors.clear();
        let root = shm::Caller {
            uids: &[0],
            gids: &[],
        };
        for stat in self.pair.engine.list() {
            self.pair
                .engine
                .remove(&root, stat.id)
                .expect("nobody has it attached");
        }
        assert!(self.pair.engine.is_empty());
        self.pair.engine.world().assert_nothing_lives();
        self.trace.calls.clear();
        self.pair.calls
    }
}

/// The calls so far, shown when the two sides differ.
struct Trace {
    seed: u64,
    calls: Vec<String>,
}

impl Trace {
    fn call(&mut self, actor: &Actor, what: std::fmt::Arguments<'_>) {
        let (number, uid) = (actor.number, actor.identity.uid);
        self.calls
            .push(format!("actor {number}, user {uid}: {what}"));
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { seed, calls } = self;
            eprintln!(
                "{}\ndifferential: repeat it with SHM_DIFF_SEED={seed}",
                calls.join("\n")
            );
        }
    }
}
