// SPDX-License-Identifier: GPL-2.0-or-later
//! The siege, and what is compared before and after it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use shm::mach::pager::RESERVE_MAX;

use super::attack::{Share, attack, kill_one, one_routine, routines};
use super::client::{Attached, CREATE, Client, VERSION, word};
use super::hail::Random;
use super::node::Node;
use super::ordinary;
use super::process::{Child, Holdings, fork, holdings};

/// The attackers' ids.
const USERS: [u32; 3] = [1001, 1002, 1003];

/// Whose processes are killed. Attackers remove what segments their own users have.
const KILLED: [u32; 3] = [1011, 1012, 1013];

/// Printed by each run, so that another can be tried.
const SEED: u64 = 0x5349_4547_4520_0013;

/// How much is done.
#[derive(Clone, Copy, Debug)]
struct Size {
    messages: u32,
    kills: u32,
    segments: u32,
}

fn number(name: &str, otherwise: u64) -> u64 {
    let Ok(text) = std::env::var(name) else {
        return otherwise;
    };
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.unwrap_or_else(|error| panic!("{name}={text}: {error}"))
}

impl Size {
    fn asked_for() -> Self {
        let number = |name, otherwise| u32::try_from(number(name, otherwise)).expect(name);
        Self {
            messages: number("SIEGE_MESSAGES", 6_000),
            kills: number("SIEGE_KILLS", 30),
            segments: number("SIEGE_SEGMENTS", 150),
        }
    }

    /// A tenth of it, at most that of the short siege.
    fn warm_up(self) -> Self {
        Self {
            messages: (self.messages / 10).clamp(300, 10_000),
            kills: (self.kills / 10).clamp(3, 30),
            segments: (self.segments / 10).clamp(30, 500),
        }
    }
}

/// Root's segment, which nobody else may touch.
struct Mark {
    id: i32,
    attached: Attached,
}

const MARK_WORDS: usize = 64 << 10 >> 2;

impl Mark {
    fn make(client: &Client) -> Self {
        let size = 4 * MARK_WORDS as u64;
        let id = client.get(0x5348, size, CREATE | 0o600).unwrap();
        let attached = client.attach(id, 0, 0).unwrap();
        let mark = Self { id, attached };
        for index in 0..MARK_WORDS {
            word(&mark.attached, index).store(Self::value(index), Ordering::Relaxed);
        }
        mark
    }

    fn value(index: usize) -> u32 {
        (index as u32).wrapping_mul(2_654_435_761)
    }

    fn intact(&self) -> bool {
        let value = |index| word(&self.attached, index).load(Ordering::Relaxed);
        (0..MARK_WORDS).all(|index| value(index) == Self::value(index))
    }
}

/// One siege of this size. All of its processes are gone afterwards.
fn siege(node: &Node, shared: i32, size: Size, random: &mut Random) {
    let began = Instant::now();
    let stop = PathBuf::from(format!("{}-stop", node.path()));
    let worker = fork(|| ordinary::work(node, &stop, u32::MAX));
    let attackers: Vec<Child> = USERS
        .iter()
        .enumerate()
        .map(|(index, &user)| {
            let share = |all: u32| all / 3 + u32::from(index < (all % 3) as usize);
            let share = Share {
                user,
                messages: share(size.messages),
                segments: share(size.segments),
                seed: random.next() | 1,
            };
            fork(|| attack(node, share))
        })
        .collect();
    for index in 0..size.kills as usize {
        kill_one(node, shared, KILLED[index % KILLED.len()], random);
    }
    let failed = attackers.into_iter().filter_map(|child| {
        let status = child.wait();
        (status != 0).then_some(status)
    });
    let failed: Vec<i32> = failed.collect();
    File::create(&stop).unwrap();
    let ordinary = worker.wait();
    fs::remove_file(&stop).unwrap();
    println!("{size:?}: {:?}", began.elapsed());
    assert_eq!(ordinary, 0, "the ordinary user was not served");
    assert!(failed.is_empty(), "attackers ended with {failed:x?}");
}

/// Removes what attackers left, and waits until `shared` and the mark are all there is.
fn cleared(node: &Node, client: &Client, shared: i32, mark: &Mark) {
    for ds in client.list().unwrap() {
        if ds.id != shared && ds.id != mark.id {
            client.remove(ds.id).unwrap();
        }
    }
    node.wait_for_nattch(shared, 0);
    let left = client.list().unwrap();
    assert_eq!(left.len(), 2, "attachments of nobody keep segments");
}

/// What the server holds once it idles: threads that bursts made end after a while.
fn settled(pid: i32, enough: impl Fn(Holdings) -> bool) -> Holdings {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut last = holdings(pid);
    loop {
        std::thread::sleep(Duration::from_secs(2));
        let now = holdings(pid);
        let still = now.names == last.names && now.threads == last.threads;
        if still && enough(now) || Instant::now() > deadline {
            return now;
        }
        last = now;
    }
}

/// Names that come and go with what the server does for itself.
const NAMES: usize = 4;
/// A heap may grow by pages for its own reasons.
const MEMORY: u64 = 1 << 20;

#[test]
fn a_siege_harms_nobody_and_leaves_nothing() {
    let size = Size::asked_for();
    let seed = number("SIEGE_SEED", SEED);
    println!("SIEGE_SEED={seed:#x} {size:?}");
    // The generator has no use for 0.
    let mut random = Random(seed.max(1));
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let mark = Mark::make(&client);
    let shared = client.get(0, 4096, CREATE | 0o666).unwrap();
    println!("an idle server:");
    let idle = fork(|| ordinary::work(&node, &PathBuf::from("/tmp/shm-never"), 100));
    assert_eq!(idle.wait(), 0);

    println!("warming up:");
    siege(&node, shared, size.warm_up(), &mut random);
    cleared(&node, &client, shared, &mark);
    let mut before = settled(pid, |_| true);
    // The pool shrinks step by step: the lowest of what is seen in a while is its floor.
    for _ in 0..2 {
        let now = settled(pid, |_| true);
        before.names = before.names.min(now.names);
        before.threads = before.threads.min(now.threads);
    }

    println!("the siege:");
    siege(&node, shared, size, &mut random);
    assert!(mark.intact(), "data of root's segment changed");
    assert_eq!(node.server(), pid, "another server");
    assert_eq!(client.version(), Ok(VERSION));
    cleared(&node, &client, shared, &mark);
    let back = |now: Holdings| {
        // How many ports the pager keeps depends on how many segments ended at once.
        now.names <= before.names + NAMES + 3 * RESERVE_MAX
            && now.threads <= before.threads
            && now.resident_bytes <= before.resident_bytes + MEMORY
    };
    let after = settled(pid, back);
    println!("the server held {before:?} before, and holds {after:?}");
    assert!(back(after), "the server does not hold what it held before");
}

/// What 1,500 random messages leave behind is easily taken for a thread more or less. So each
/// routine is sent many, and only then the names are counted.
#[test]
fn no_routine_leaves_names_behind() {
    const MESSAGES: u32 = 100;
    let node = Node::active(&[]);
    let pid = node.server();
    let seed = number("SIEGE_SEED", SEED);
    // A server that did all of it once has its threads and tables.
    fork(|| one_routine(&node, 42_000, 500, seed | 1)).wait();
    let mut base = settled(pid, |_| true);
    println!("{base:?}");
    let mut left = Vec::new();
    let ids: BTreeSet<i32> = routines().into_iter().flatten().collect();
    for id in ids {
        let status = fork(|| one_routine(&node, id, MESSAGES, seed | 1)).wait();
        assert_eq!(status, 0, "{id}: the attacker was not served");
        let end = Instant::now() + Duration::from_secs(8);
        let mut now = holdings(pid);
        while now.names > base.names + NAMES && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(100));
            now = holdings(pid);
        }
        if now.names > base.names + NAMES {
            println!("{id}: {base:?} before, {now:?} after");
            left.push(id);
        }
        base.names = base.names.max(now.names);
    }
    let last = settled(pid, |now| now.names <= base.names);
    println!("{last:?}");
    assert!(left.is_empty(), "{left:?} leave names");
}
