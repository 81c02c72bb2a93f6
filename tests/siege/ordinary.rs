// SPDX-License-Identifier: GPL-2.0-or-later
//! The ordinary user: attaches, looks, writes, asks and detaches, and measures each call.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use shm::wire::client::Answer;

use super::client::{CREATE, Client, word};
use super::node::Node;
use super::process::become_user;

/// The time within which each call is answered, whatever others do.
///
/// On a machine where a lookup in a file system that nobody attacks took longer than half of that
/// in the same siege, it is [`FACTOR`] times that lookup. There the processor itself was away: an
/// emulated one waits for its host, and kernel code that copies 16 MiB is not preempted. A fault of
/// the server makes no lookup slower, as lookups do not come to the server.
pub const BOUND: Duration = Duration::from_secs(1);

/// Three calls are measured to one lookup, so the longest pause meets a call more often.
pub const FACTOR: u32 = 2;

/// Time between two rounds.
const PAUSE: Duration = Duration::from_millis(10);

/// No attacker has this id.
const USER: u32 = 1004;

const PAGES: usize = 4;
const PAGE: usize = 4096;

/// The longest call, and how many there were.
#[derive(Default)]
struct Times {
    calls: u64,
    longest: Duration,
    longest_of: &'static str,
}

impl Times {
    fn measure<T>(&mut self, name: &'static str, call: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let answer = call();
        let took = began.elapsed();
        self.calls += 1;
        if took > BOUND {
            println!("ordinary user: {name} took {took:?}");
        }
        if took >= self.longest {
            self.longest = took;
            self.longest_of = name;
        }
        answer
    }

    fn call<T>(&mut self, name: &'static str, call: impl FnOnce() -> Answer<T>) -> T {
        match self.measure(name, call) {
            Ok(value) => value,
            Err(error) => panic!("ordinary user: {name}: {error}"),
        }
    }
}

/// The word at `index` in round `round`.
fn pattern(round: u32, index: usize) -> u32 {
    round.wrapping_mul(0x9e37_79b9) ^ u32::try_from(index).unwrap_or(u32::MAX)
}

/// Works until `stop` exists, or for so many rounds. Run it in a child: it gives up its ids.
pub fn work(node: &Node, stop: &Path, rounds: u32) {
    become_user(USER);
    let client = node.open();
    let mut times = Times::default();
    // Lookups in the file system that nobody attacks: they show how busy the machine is.
    let mut others = Times::default();
    let id = client
        .get(0, (PAGES * PAGE) as u64, CREATE | 0o600)
        .expect("a segment of the ordinary user");
    let mut round = 0;
    while round < rounds && !others.measure("lookup", || stop.exists()) {
        one_round(&client, id, round, &mut times);
        round += 1;
        // Without a pause this user would have most of the processor, and the attackers little.
        std::thread::sleep(PAUSE);
    }
    client.remove(id).expect("the segment goes");
    let bound = BOUND.max(FACTOR * others.longest);
    println!(
        "ordinary user: {round} rounds, {} calls, longest {:?} ({}) of {bound:?} allowed; longest \
         lookup in the file system {:?}",
        times.calls, times.longest, times.longest_of, others.longest
    );
    assert!(round > 0, "not one round");
    assert!(times.longest <= bound, "a call took too long");
}

fn one_round(client: &Client, id: i32, round: u32, times: &mut Times) {
    let attached = times.call("attach", || client.attach(id, 0, 0));
    // A word of each page is enough: pages come and go as a whole.
    for page in 0..PAGES {
        let index = page * PAGE / 4 + (page * 37) % (PAGE / 4);
        let word = word(&attached, index);
        let expected = match round {
            0 => 0,
            _ => pattern(round - 1, index),
        };
        let found = word.load(Ordering::Relaxed);
        assert_eq!(found, expected, "round {round}: data of page {page}");
        word.store(pattern(round, index), Ordering::Relaxed);
    }
    let ds = times.call("stat", || client.stat(id));
    assert_eq!((ds.nattch, ds.segsz), (1, (PAGES * PAGE) as u64));
    times.call("detach", || client.detach(attached.address));
}
