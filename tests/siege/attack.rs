// SPDX-License-Identifier: GPL-2.0-or-later
//! What attackers do. They check nothing but that the kernel takes messages: what the server
//! answers to nonsense is tested by the suite `translator`.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gnumach::right::{DEAD, NULL, Name, ReceiveRight, SendRight};
use gnumach::{sys, trap};

use super::client::{CREATE, Client, RDONLY, Task, word};
use super::hail::{Random, World, one};
use super::message::{Message, descriptor};
use super::node::Node;
use super::process::{Pipe, become_user, fork};

const SEND: u32 = sys::MACH_MSG_TYPE_COPY_SEND;

/// Milliseconds that a message may wait for room in a queue.
const PATIENCE: u32 = 20_000;

/// Messages for which an attacker has the same open, the same ports and the same victim.
const BATCH: u32 = 500;

/// Of so many messages one is large, and one carries an array of rights.
const LARGE_EVERY: u32 = 250;
const ARRAY_EVERY: u32 = 50;

/// Bytes of the largest message, in its body or out of line.
const LARGEST: u64 = 16 << 20;

/// Of memory that messages to one routine carry.
const PAGES: u64 = 4;

/// What one attacker is to do.
#[derive(Clone, Copy)]
pub struct Share {
    pub user: u32,
    pub messages: u32,
    pub segments: u32,
    pub seed: u64,
}

/// What was done.
#[derive(Default)]
struct Done {
    sent: u32,
    refused: u32,
    large: u32,
    arrays: u32,
    segments: u32,
}

/// Attacks. Run it in a child: it gives up its ids.
pub fn attack(node: &Node, share: Share) {
    become_user(share.user);
    let mut random = Random(share.seed);
    let mut done = Done::default();
    // Zeros: no number in it is a name that anything depends on.
    let memory = vec![0_u64; (LARGEST / 8) as usize];
    let mut left = share.messages;
    while left > 0 {
        let count = left.min(BATCH);
        left -= count;
        batch(node, count, &memory, &routines(), &mut random, &mut done);
        let due = u64::from(share.segments) * u64::from(share.messages - left);
        let due = due / u64::from(share.messages);
        let client = node.open();
        while u64::from(done.segments) < due {
            segment(&client, &mut random);
            done.segments += 1;
        }
        clear(&client, share.user);
    }
    println!(
        "user {}: {} messages sent and {} refused by the kernel, {} of them large and {} with \
         arrays of rights; {} segments",
        share.user, done.sent, done.refused, done.large, done.arrays, done.segments
    );
}

/// Sends `count` messages of which most have this id. Run it in a child: it gives up its ids.
pub fn one_routine(node: &Node, id: i32, count: u32, seed: u64) {
    become_user(1001);
    // SAFETY: a plain number; the default action ends the child.
    unsafe { libc::alarm(60) };
    let memory = vec![0_u64; (PAGES * 4096 / 8) as usize];
    let mut random = Random(seed);
    let (range, mut done) = (id..id + 1, Done::default());
    batch(node, count, &memory, &[range], &mut random, &mut done);
    clear(&node.open(), 1001);
}

/// Makes a segment, uses it and removes it, before or after the detach.
fn segment(client: &Client, random: &mut Random) {
    let size = 4096 * (1 + random.below(32));
    let id = client.get(0, size, CREATE | 0o600).expect("a segment");
    let attached = client.attach(id, 0, 0).expect("an attachment");
    word(&attached, random.below(size / 4) as usize).store(1, Ordering::Relaxed);
    if random.one_in(2) {
        client.remove(id).expect("its owner removes it");
        client.detach(attached.address).expect("detached");
    } else {
        client.detach(attached.address).expect("detached");
        client.remove(id).expect("its owner removes it");
    }
}

/// Removes this user's segments. Random messages made some, and gave some away.
fn clear(client: &Client, user: u32) {
    for ds in client.list().expect("the list") {
        if ds.cuid == user {
            let _ = client.remove(ds.id);
        }
    }
}

/// A right to a port whose queue is full, and the port.
fn full_queue() -> (ReceiveRight, SendRight) {
    let full = ReceiveRight::allocate().expect("a port");
    let right = full.make_send().expect("a right");
    while Message::new(1).send(right.name(), None, 1).is_ok() {}
    (full, right)
}

fn batch(
    node: &Node,
    count: u32,
    memory: &[u64],
    routines: &[Range<i32>],
    random: &mut Random,
    done: &mut Done,
) {
    let client = node.open();
    let victim = Task::create();
    let dead = Task::create();
    dead.terminate();
    let own = ReceiveRight::allocate().expect("a port");
    let own_right = own.make_send().expect("a right");
    let (_full, full) = full_queue();
    let id = client.get(0, 3 * 4096, CREATE | 0o666).expect("a segment");
    let attached = client
        .attach_to(victim.name(), id, 0, 0)
        .expect("an attachment of the victim");
    let token = attached.token.name();
    let port = client.right().name();
    // The tables of rights that random messages draw from. No attacker's own task is among them:
    // an attachment of its own, at a random address, would be the end of it.
    let world = World {
        targets: vec![port, port, port, token],
        doors: vec![port, token, full.name(), full.name(), own_right.name()],
        rights: vec![
            victim.name(),
            victim.name(),
            dead.name(),
            own_right.name(),
            token,
            port,
            full.name(),
            trap::mach_host_self(),
            NULL,
            DEAD,
        ],
        own,
        memory: memory.as_ptr().addr() as u64,
        memory_size: size_of_val(memory) as u64,
        ids: (0..25)
            .map(|n| id.wrapping_add(n - 12))
            .chain([0, -1, i32::MIN, i32::MAX])
            .collect(),
        routines: routines.to_vec(),
    };
    // Answers pile up here, and go with the port.
    let replies = ReceiveRight::allocate().expect("a port");
    for _ in 0..count {
        let number = done.sent + done.refused;
        let taken = if number % LARGE_EVERY == LARGE_EVERY - 1 {
            done.large += 1;
            large(port, random)
        } else if number % ARRAY_EVERY == ARRAY_EVERY - 1 {
            done.arrays += 1;
            array(&world, random, port)
        } else {
            one(&world, random, &replies, PATIENCE)
        };
        match taken {
            true => done.sent += 1,
            false => done.refused += 1,
        }
    }
}

/// The routines of shm.defs, with room around them, twice as likely as those of the Hurd:
/// fs.defs, io.defs, fsys.defs and interrupt.defs.
const ROUTINES: [Range<i32>; 6] = [
    41_998..42_030,
    41_998..42_030,
    19_998..20_045,
    20_998..21_040,
    21_998..22_020,
    32_998..33_004,
];

/// [`ROUTINES`], or the ranges that `SIEGE_ROUTINES` names, as in `20998..21014,42000..42001`.
pub fn routines() -> Vec<Range<i32>> {
    let Ok(text) = std::env::var("SIEGE_ROUTINES") else {
        return ROUTINES.to_vec();
    };
    let ranges = text.split(',').map(|range| {
        let (from, to) = range.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    });
    let ranges: Option<Vec<_>> = ranges.collect();
    ranges.unwrap_or_else(|| panic!("SIEGE_ROUTINES={text}"))
}

/// A message with a body of 8 KiB to 16 MiB. Its sender waits for the answer, which for a message
/// that the kernel destroys is a notification: more than one of these at once would fill the
/// kernel's memory, and no server can prevent that.
fn large(port: Name, random: &mut Random) -> bool {
    let bytes = (8192_u64 << random.below(12)).min(LARGEST - 64);
    let words = (bytes / 8) as usize;
    let id = 42_000 + random.below(16) as i32;
    let mut message = Message::new(id);
    if random.one_in(2) {
        let count = (words - 1) as u32;
        message = message.words(&[descriptor(sys::MACH_MSG_TYPE_INTEGER_64, 64, count, true)]);
    }
    message
        .words(&vec![random.next(); words - 1])
        .call(port, PATIENCE)
        .is_ok()
}

/// An array of rights where there should be one or none.
fn array(world: &World, random: &mut Random, port: Name) -> bool {
    let name = random.of(&world.rights);
    let count = random.of(&[1, 2, 63, 64, 65, 300, 1000]);
    let message = Message::new(42_000 + random.below(16) as i32);
    let message = if random.one_in(2) {
        message
            .words(&[descriptor(SEND, 64, count, true)])
            .words(&vec![name.into(); count as usize])
            .complex(true)
            .call(port, PATIENCE)
    } else {
        let names = vec![name; count as usize];
        message
            .out_of_line(SEND, 32, count, names.as_ptr().addr() as u64)
            .call(port, PATIENCE)
    };
    message.is_ok()
}

/// Kills a process of `user` while it is attached to `shared`, and to a segment of its own that
/// is already removed.
pub fn kill_one(node: &Node, shared: i32, user: u32, random: &mut Random) {
    let ready = Pipe::new();
    let child = fork(|| {
        become_user(user);
        let client = node.open();
        let own = client.get(0, 8192, CREATE | 0o600).expect("a segment");
        let attached = client.attach(own, 0, 0).expect("an attachment");
        client.remove(own).expect("its owner removes it");
        word(&attached, 0).store(1, Ordering::Relaxed);
        client.attach(shared, RDONLY, 0).expect("an attachment");
        ready.write();
        loop {
            let more = client.attach(shared, RDONLY, 0).expect("an attachment");
            client.detach(more.address).expect("detached");
        }
    });
    ready.close_writer();
    assert!(ready.read(), "the process to be killed failed before");
    std::thread::sleep(Duration::from_millis(random.below(30)));
    child.kill();
}
