// SPDX-License-Identifier: GPL-2.0-or-later
//! A memory object serves one segment: neither content nor a right that somebody kept leads from
//! a destroyed segment to another.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bare_rt::clock;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq};
use gnumach::error::check as check_kern;
use gnumach::right::{NULL, SendRight};
use gnumach::{sys, trap};

use crate::ground::{
    Client, Ground, Mapping, PAGE, SOON, Told, check_refused, pattern, reach, reaches, read,
    within, write,
};
use crate::vm;

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "a proxy of a removed segment leads to no other process's",
        retained_proxy,
    );
    test(
        "nor does one that root kept, who is another user now",
        retained_proxy_of_root,
    );
    test(
        "a removed segment that is mapped by a proxy stays charged",
        orphans_are_charged,
    );
    test(
        "of segments destroyed in a row, those that are mapped by a proxy stay, the others end",
        destroyed_in_a_row,
    );
    test(
        "destroyed segments give their pages back though nobody calls the server",
        |ground| pages_come_back(ground, 8, 200),
    );
    test("so does a large one", |ground| {
        pages_come_back(ground, 1, 2000)
    });
    test(
        "what a large segment was charged is there for the next one at once",
        large_in_turn,
    );
    test("segments one after the other begin as zeros", zeros);
    test(
        "so do those after segments of clients that were killed",
        zeros_after_kills,
    );
    test(
        "what an unknown task maps stays as it is, and serves nobody else",
        still_mapped,
    );
}

/// What the kernel calls the object behind a mapping.
/// As long as the right is held, no other object has that name.
fn object(mapping: &Mapping<'_>) -> Result<SendRight, String> {
    let region = vm::region(trap::mach_task_self(), mapping.address()).told()?;
    Ok(region.object)
}

/// A proxy of what this task has mapped there, with all access.
fn proxy_of(address: u64, size: u64) -> Result<SendRight, String> {
    let mut proxy = NULL;
    // SAFETY: a valid out-pointer; the right is ours on success. The region was touched.
    check_kern(unsafe {
        sys::mig_k_vm_region_create_proxy(
            trap::mach_task_self(),
            address as _,
            vm::READ | vm::WRITE,
            size as _,
            &mut proxy,
        )
    })
    .told()?;
    // SAFETY: as above.
    Ok(unsafe { SendRight::from_raw(proxy) })
}

fn map_proxy(proxy: &SendRight, size: u64) -> Result<u64, String> {
    let mut at = 0;
    // SAFETY: new memory at an address that the kernel chooses.
    check_kern(unsafe {
        trap::vm_map(
            trap::mach_task_self(),
            &mut at,
            size as _,
            0,
            1,
            proxy.name(),
            0,
            0,
            vm::READ | vm::WRITE,
            vm::READ | vm::WRITE,
            sys::VM_INHERIT_NONE as _,
        )
    })
    .told()?;
    Ok(at as u64)
}

const SECRET: u64 = 0x005e_c2e7_005e_c2e7;
const FORGED: u64 = 0x6666;

/// A process of root's that keeps a secret in a segment of its own until word 2 is 1; it returns
/// 66 if somebody else wrote to it.
fn victim(ground: &Ground, pid: i32) -> Result<Client, String> {
    ground.client(&ground.root, pid, |session, words| {
        let Ok(id) = session.get(0, 3 * PAGE, 0o600) else {
            return 1;
        };
        let Ok(attached) = session.attach(id, 0, 0) else {
            return 2;
        };
        write(attached.address, SECRET);
        reach(&words[1], 1);
        if !reaches(&words[2], 1) {
            return 3;
        }
        let seen = read(attached.address + 8);
        let gone = session.detach(attached.address).is_ok() && session.remove(id).is_ok();
        match (seen, gone) {
            (FORGED, _) => 66,
            (_, true) => 0,
            _ => 4,
        }
    })
}

/// Looks for a victim's secret through a proxy, and tries to write there.
fn spy(ground: &Ground, proxy: &SendRight, pid: i32) -> Outcome {
    let client = victim(ground, pid)?;
    client.reaches(1, 1)?;
    let at = map_proxy(proxy, 3 * PAGE);
    if let Ok(at) = at {
        let leaked = read(at);
        write(at + 8, FORGED);
        vm::deallocate(trap::mach_task_self(), at, 3 * PAGE).told()?;
        check!(leaked != SECRET, "another process's secret was read");
    }
    reach(client.word(2), 1);
    client.returns(0)
}

fn retained_proxy(ground: &Ground) -> Outcome {
    for round in 0..4 {
        let segment = ground.segment(3 * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        mapping.write(0, 1);
        let proxy = proxy_of(mapping.address(), 3 * PAGE)?;
        mapping.detach().told()?;
        drop(segment);
        spy(ground, &proxy, 80 + round)?;
        clock::sleep(Duration::from_millis(50));
        spy(ground, &proxy, 84 + round)?;
    }
    Ok(())
}

fn retained_proxy_of_root(ground: &Ground) -> Outcome {
    // This task attached something as root, and is now user 1000.
    let old = ground.segment(PAGE)?;
    let _kept = old.attach(0, 0)?;
    let user = ground.caller(1000, 1000)?;
    let id = user.get(0, 3 * PAGE, 0o600).told()?;
    let attached = user.attach(id, 0, 0).told()?;
    write(attached.address, 1);
    let proxy = proxy_of(attached.address, 3 * PAGE)?;
    user.detach(attached.address).told()?;
    user.remove(id).told()?;
    spy(ground, &proxy, 88)?;
    clock::sleep(Duration::from_millis(50));
    spy(ground, &proxy, 89)
}

fn orphans_are_charged(ground: &Ground) -> Outcome {
    const PAGES: u64 = 300;
    // One user may have half of them.
    ground.control.limits(!0 >> 8, 2 * PAGES, 4096).told()?;
    let user = ground.caller(9, 9)?;
    let id = user.get(0, PAGES * PAGE, 0o600).told()?;
    let attached = user.attach(id, 0, 0).told()?;
    for page in 0..PAGES {
        write(attached.address + page * PAGE, pattern(7, page));
    }
    let proxy = proxy_of(attached.address, PAGES * PAGE)?;
    let at = map_proxy(&proxy, PAGES * PAGE)?;
    drop(proxy);
    user.detach(attached.address).told()?;
    user.remove(id).told()?;
    check_refused!(user.get(0, PAGE, 0o600), ENOSPC);
    let intact = |page| read(at + page * PAGE) == pattern(7, page);
    check!((0..PAGES).all(intact), "the mapping lost its content");
    vm::deallocate(trap::mach_task_self(), at, PAGES * PAGE).told()?;
    let mut next = None;
    let given_back = within(SOON, || {
        next = user.get(0, PAGES * PAGE, 0o600).ok();
        next.is_some()
    });
    check!(given_back, "the charge stays when the last mapping is gone");
    next.map_or(Ok(()), |id| user.remove(id).told())
}

fn destroyed_in_a_row(ground: &Ground) -> Outcome {
    const COUNT: u64 = 40;
    const SIZE: u64 = 3 * PAGE;
    const PAGES: u64 = COUNT * SIZE / PAGE;
    // One user may have half of them.
    ground.control.limits(!0 >> 8, 2 * PAGES, 4096).told()?;
    let user = ground.caller(9, 9)?;
    for round in 0..5 {
        let mut segments = Vec::new();
        for _ in 0..COUNT {
            let id = user.get(0, SIZE, 0o600).told()?;
            segments.push((id, user.attach(id, 0, 0).told()?.address));
        }
        check_refused!(user.get(0, PAGE, 0o600), ENOSPC);
        let mut kept = Vec::new();
        for (n, (_, at)) in (0..).zip(&segments) {
            write(*at + PAGE, pattern(n, round));
            if n % 3 == 0 {
                kept.push((n, map_proxy(&proxy_of(*at, SIZE)?, SIZE)?));
            }
        }
        for (id, at) in segments {
            user.detach(at).told()?;
            user.remove(id).told()?;
        }
        // What nobody maps is free at once.
        let free = PAGES - kept.len() as u64 * SIZE / PAGE;
        let next = user.get(0, free * PAGE, 0o600).told()?;
        check_refused!(user.get(0, PAGE, 0o600), ENOSPC);
        user.remove(next).told()?;
        for (n, at) in kept {
            check_eq!(read(at + PAGE), pattern(n, round));
            check_eq!(read(at), 0);
            vm::deallocate(trap::mach_task_self(), at, SIZE).told()?;
        }
        let all = || {
            let all = user.get(0, PAGES * PAGE, 0o600);
            all.is_ok_and(|id| user.remove(id).is_ok())
        };
        check!(within(SOON, all), "a charge stays");
    }
    Ok(())
}

/// Of `count` segments of `pages` pages: too few to be given back as soon as they are destroyed.
fn pages_come_back(ground: &Ground, count: u64, pages: u64) -> Outcome {
    let before = vm::free_pages();
    let mut segments = Vec::new();
    for _ in 0..count {
        let segment = ground.segment(pages * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        (0..pages).for_each(|page| mapping.write(page * PAGE, 1));
        mapping.detach().told()?;
        segments.push(segment);
    }
    let all = (count * pages) as i64;
    check!(vm::free_pages() < before - all / 2);
    drop(segments);
    let back = || vm::free_pages() > before - all / 4;
    check!(
        within(SOON, back),
        "{} of {before} are free",
        vm::free_pages()
    );
    Ok(())
}

/// The server ends a large segment's memory some time after its removal, and is about to, or at
/// it, when the next one is made.
fn large_in_turn(ground: &Ground) -> Outcome {
    const PAGES: u64 = 2000;
    // One user may have half of them.
    ground.control.limits(!0 >> 8, 2 * PAGES, 4096).told()?;
    let user = ground.caller(9, 9)?;
    for round in 0..24 {
        let id = user.get(0, PAGES * PAGE, 0o600).told()?;
        let attached = user.attach(id, 0, 0).told()?;
        for page in (0..PAGES).step_by(7) {
            let at = attached.address + page * PAGE;
            check_eq!(read(at), 0);
            write(at, pattern(round, page));
        }
        user.detach(attached.address).told()?;
        user.remove(id).told()?;
        clock::sleep(Duration::from_millis(round * 25 % 59));
    }
    Ok(())
}

/// Every word that a test writes: the first and the last of each page.
fn words(size: u64) -> impl Iterator<Item = u64> {
    (0..size / PAGE).flat_map(|page| [page * PAGE, page * PAGE + PAGE - 8])
}

/// Sees that a new segment is empty, and fills it.
fn fill(mapping: &Mapping<'_>, size: u64, seed: u64) -> Outcome {
    for offset in words(size) {
        check_eq!(mapping.read(offset), 0);
        mapping.write(offset, pattern(seed, offset));
    }
    check!(words(size).all(|offset| mapping.read(offset) == pattern(seed, offset)));
    Ok(())
}

fn zeros(ground: &Ground) -> Outcome {
    for round in 0..300 {
        // Larger and smaller by turns, some too large to be kept.
        let size = (1 + round * 89 % 300) * PAGE;
        let segment = ground.segment(size)?;
        let mapping = segment.attach(0, 0)?;
        fill(&mapping, size, round)?;
        if round % 2 == 0 {
            // Removed first: the detach is what destroys it.
            drop(segment);
            drop(mapping);
        }
    }
    Ok(())
}

fn zeros_after_kills(ground: &Ground) -> Outcome {
    for round in 0..20 {
        let size = (1 + round % 70) * PAGE;
        let segment = ground.segment(size)?;
        let mapping = segment.attach(0, 0)?;
        fill(&mapping, size, round)?;
        drop(mapping);
        let id = segment.id;
        let client = ground.client(&ground.root, 90, move |session, words| {
            let Ok(attached) = session.attach(id, 0, 0) else {
                return 1;
            };
            reach(&words[1], 1);
            for n in 1.. {
                for page in 0..size / PAGE {
                    write(attached.address + page * PAGE, pattern(n, page));
                }
            }
            0
        })?;
        client.reaches(1, 1)?;
        drop(segment);
        client.kill()?;
        let next = ground.segment(size)?;
        fill(&next.attach(0, 0)?, size, round + 100)?;
    }
    Ok(())
}

fn still_mapped(ground: &Ground) -> Outcome {
    const SIZE: u64 = 5 * PAGE;
    let segment = ground.segment(SIZE)?;
    let mapping = segment.attach(0, 0)?;
    fill(&mapping, SIZE, 1)?;
    let (old, at) = (object(&mapping)?, mapping.address());
    // It has the memory by inheritance, and the server has never heard of it.
    let client = ground.client(&ground.root, 91, move |_, words| {
        reach(&words[1], 1);
        if !reaches(&words[2], 1) {
            return 1;
        }
        let kept = |offset| read(at + offset) == pattern(1, offset);
        i32::from(!self::words(SIZE).all(kept))
    })?;
    client.reaches(1, 1)?;
    mapping.detach().told()?;
    drop(segment);
    for round in 0..20 {
        let segment = ground.segment(SIZE)?;
        let mapping = segment.attach(0, 0)?;
        check!(object(&mapping)? != old);
        fill(&mapping, SIZE, 2 + round)?;
    }
    reach(client.word(2), 1);
    client.returns(0)
}
