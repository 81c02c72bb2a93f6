// SPDX-License-Identifier: GPL-2.0-or-later
//! Memory of removed segments that a user maps through proxies of its own
//! (`vm_region_create_proxy`).

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gnumach::right::{NULL, SendRight};
use gnumach::{sys, trap};

use super::client::{CREATE, Client, ENOSPC, restricted, word};
use super::node::{Node, wait_until};
use super::process::{Pipe, become_user, fork, holdings};

const PAGE: u64 = 4096;
const ACCESS: i32 = sys::VM_PROT_READ | sys::VM_PROT_WRITE;

/// A proxy of what this task maps there.
fn proxy_of(address: u64, size: u64) -> SendRight {
    let mut proxy = NULL;
    // SAFETY: a valid out-pointer; the right is ours on success.
    unsafe {
        let task = trap::mach_task_self();
        let code =
            sys::mig_k_vm_region_create_proxy(task, address as _, ACCESS, size as _, &mut proxy);
        assert_eq!(code, 0);
        SendRight::from_raw(proxy)
    }
}

/// Maps a proxy where there is room.
fn map(proxy: &SendRight, size: u64) -> u64 {
    let mut at = 0;
    // SAFETY: new memory at an address that the kernel chooses.
    let code = unsafe {
        trap::vm_map(
            trap::mach_task_self(),
            &mut at,
            size as _,
            0,
            1,
            proxy.name(),
            0,
            0,
            ACCESS,
            ACCESS,
            sys::VM_INHERIT_NONE as _,
        )
    };
    assert_eq!(code, 0);
    at as u64
}

fn unmap(at: u64, size: u64) {
    // SAFETY: what `map` mapped, to which nothing refers.
    let code = unsafe { trap::vm_deallocate(trap::mach_task_self(), at as _, size as _) };
    assert_eq!(code, 0);
}

/// A segment that is removed at once, and a proxy of its memory.
fn removed(client: &Client, size: u64, mapped: bool) -> (SendRight, u64) {
    let id = client.get(0, size, CREATE | 0o600).unwrap();
    let attached = client.attach(id, 0, 0).unwrap();
    let proxy = proxy_of(attached.address, size);
    let at = if mapped { map(&proxy, size) } else { 0 };
    client.detach(attached.address).unwrap();
    client.remove(id).unwrap();
    (proxy, at)
}

/// The longest of the calls that a client makes for so long.
fn longest_call(client: &Client, id: i32, time: Duration) -> Duration {
    let began = Instant::now();
    let mut longest = Duration::ZERO;
    while began.elapsed() < time {
        let call = Instant::now();
        client.stat(id).unwrap();
        longest = longest.max(call.elapsed());
    }
    longest
}

/// The warden looks whether they are still mapped. It once looked at all in one go, at the priority
/// of a server: when a process ended that mapped 20,000, nobody else was served for two seconds.
#[test]
fn many_orphans_of_a_user_keep_nobody_waiting() {
    const ORPHANS: usize = 20_000;
    /// As all that an ordinary user asks for.
    const MOST: Duration = Duration::from_secs(1);
    let node = Node::active(&[]);
    let pid = node.server();
    let root = node.open();
    let id = root.get(0, PAGE, CREATE | 0o600).unwrap();
    let ready = Pipe::new();
    let child = fork(|| {
        become_user(1001);
        let client = node.open();
        for _ in 0..ORPHANS {
            removed(&client, PAGE, true);
        }
        ready.write();
        std::thread::sleep(Duration::from_secs(60));
    });
    assert!(ready.read());
    assert!(holdings(pid).names > ORPHANS);
    let mapped = longest_call(&root, id, Duration::from_secs(1));
    child.kill();
    let unmapped = longest_call(&root, id, Duration::from_secs(3));
    println!("longest calls: {mapped:?}, {unmapped:?}");
    assert!(mapped < MOST && unmapped < MOST);
    wait_until("their names are given back", || {
        holdings(pid).names < ORPHANS / 10
    });
}

/// The kernel's first and last message about such a mapping are there before the pager serves the
/// first. What it then asked the kernel about was over, and the warden waited for ever for an answer:
/// no orphan of any user was given back any more. The pager's threads have used much of the processor
/// here, so that they stand behind those who map.
#[test]
fn mappings_that_end_before_the_pager_knows_are_no_harm() {
    const PROXIES: u64 = 128;
    const THREADS: usize = 4;
    const TIME: Duration = Duration::from_secs(4);
    let node = Node::active(&[&format!("--user-pages={PROXIES}")]);
    let root = node.open();
    let client = restricted(&root, &[1001], &[1001]);
    let made: Vec<_> = (0..PROXIES)
        .map(|_| removed(&client, PAGE, false).0)
        .collect();
    let refused = client.get(0, PAGE, CREATE | 0o600);
    assert_eq!(refused, Err(ENOSPC));
    let end = Instant::now() + TIME;
    let keep_pager_busy = || {
        let size = 512 * PAGE;
        while Instant::now() < end {
            let id = root.get(0, size, CREATE | 0o600).unwrap();
            let attached = root.attach(id, 0, 0).unwrap();
            for page in 0..512 {
                word(&attached, page * 1024).store(1, Ordering::Relaxed);
            }
            root.detach(attached.address).unwrap();
            root.remove(id).unwrap();
        }
    };
    let map_shortly = |proxies: &[SendRight]| {
        while Instant::now() < end {
            for proxy in proxies {
                unmap(map(proxy, PAGE), PAGE);
            }
            // The warden ends what nobody maps meanwhile.
            std::thread::sleep(Duration::from_millis(15));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..THREADS {
            scope.spawn(keep_pager_busy);
        }
        for proxies in made.chunks(made.len() / THREADS) {
            scope.spawn(|| map_shortly(proxies));
        }
    });
    drop(made);
    wait_until("all is given back", || {
        let all = client.get(0, PROXIES * PAGE, CREATE | 0o600);
        all.is_ok_and(|id| client.remove(id).is_ok())
    });
}

/// A proxy that is mapped at the moment at which its segment ends is memory with a pager: all who
/// map it share it. A server that ends memory by `memory_object_destroy` leaves the memory
/// of such a mapping without a pager, and the kernel panics when it pages that out.
///
/// The moment is short. A pause in `Object::detach` makes it long.
#[test]
fn a_proxy_that_is_mapped_while_its_segment_ends_is_one_memory() {
    const PAGES: usize = 4096;
    const SIZE: u64 = PAGES as u64 * PAGE;
    const THREADS: usize = 3;
    const TIME: Duration = Duration::from_secs(3);
    let node = Node::active(&[]);
    let client = node.open();
    let current: Mutex<Option<Arc<SendRight>>> = Mutex::default();
    let end = Instant::now() + TIME;
    let is_one_memory = |proxy: &SendRight, index: usize, value: u32| {
        let (one, another) = (map(proxy, PAGE), map(proxy, PAGE));
        // SAFETY: a word of each page, and both are mapped until nothing refers to them.
        let [here, there] =
            [one, another].map(|at| unsafe { &*(at as *const AtomicU32).wrapping_add(index) });
        here.store(value, Ordering::Relaxed);
        let same = there.load(Ordering::Relaxed) == value;
        unmap(another, PAGE);
        unmap(one, PAGE);
        same
    };
    let (mut segments, maps) = (0, AtomicU32::new(0));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (current, maps) = (&current, &maps);
            scope.spawn(move || {
                while Instant::now() < end {
                    let proxy = current.lock().unwrap().clone();
                    let Some(proxy) = proxy else { continue };
                    let value = maps.fetch_add(1, Ordering::Relaxed) + 1;
                    assert!(is_one_memory(&proxy, thread, value), "map {value}");
                }
            });
        }
        while Instant::now() < end {
            let id = client.get(0, SIZE, CREATE | 0o600).unwrap();
            let attached = client.attach(id, 0, 0).unwrap();
            for page in 0..PAGES {
                word(&attached, page * 1024 + 1000).store(1, Ordering::Relaxed);
            }
            *current.lock().unwrap() = Some(Arc::new(proxy_of(attached.address, SIZE)));
            client.detach(attached.address).unwrap();
            client.remove(id).unwrap();
            segments += 1;
        }
    });
    println!("{segments} segments, {maps:?} maps");
}
