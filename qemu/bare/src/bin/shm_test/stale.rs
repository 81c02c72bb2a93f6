// SPDX-License-Identifier: GPL-2.0-or-later
//! Pages that come unasked. The first pages of a segment come from the kernel alone, which knows
//! that they do not exist yet. Of the others the pager supplies some that nobody asked for: a
//! request for one may be read late, and the page keeps what was written to it meanwhile.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq, clock, thread};
use gnumach::error::check;
use gnumach::right::{NULL, Name, SendRight};
use gnumach::{sys, trap};

use crate::ground::{Ground, PAGE, SOON, Told, pattern, read, within, write};
use crate::message::Message;
use crate::vm;

/// Pages at the start of each segment of which the kernel keeps an existence map.
const MAPPED: u64 = 128;
/// Segments whose requests stand before the late one.
const BUSY: usize = 200;
/// Bytes of stack of a thread that touches a page.
const STACK: usize = 16 * 1024;

pub fn run(ground: &Ground, suite: &mut Suite) {
    ground.test(
        suite,
        "a page written after it came unasked stays written, though asked for before",
        late_request,
    );
    ground.test(
        suite,
        "the first pages come while the server is stopped, and a page it was given back does not",
        existence_map,
    );
}

/// The server's task, told from the others by its silence when it is stopped.
pub fn server_task(ground: &Ground) -> Result<SendRight, String> {
    let host = ground.control.host().told()?;
    let (mut set, mut control) = (NULL, NULL);
    let (mut tasks, mut count) = (core::ptr::null_mut(), 0);
    // SAFETY: valid out-pointers; the rights and the memory are ours on success.
    let list: Vec<Name> = unsafe {
        check(sys::mig_k_processor_set_default(
            trap::mach_host_self(),
            &mut set,
        ))
        .told()?;
        check(sys::mig_k_host_processor_set_priv(
            host.name(),
            set,
            &mut control,
        ))
        .told()?;
        check(sys::mig_k_processor_set_tasks(
            control, &mut tasks, &mut count,
        ))
        .told()?;
        core::slice::from_raw_parts(tasks, count as usize).to_vec()
    };
    // The first is the kernel's.
    for task in list.into_iter().skip(1) {
        // SAFETY: the right came in the reply.
        let task = unsafe { SendRight::from_raw(task) };
        if task.name() == trap::mach_task_self() {
            core::mem::forget(task);
            continue;
        }
        // SAFETY: stops a task for as long as the question takes.
        if unsafe { sys::mig_k_task_suspend(task.name()) } != 0 {
            continue;
        }
        let silent = Message::new(42000)
            .call(ground.root.right().name(), 200)
            .is_err();
        // SAFETY: as above.
        unsafe { sys::mig_k_task_resume(task.name()) };
        if silent {
            return Ok(task);
        }
    }
    Err("no task is the server's".into())
}

fn late_request(ground: &Ground) -> Outcome {
    let server = server_task(ground)?;
    for _ in 0..3 {
        once(ground, &server)?;
    }
    Ok(())
}

fn existence_map(ground: &Ground) -> Outcome {
    const RETURNED: u64 = 3;
    let server = server_task(ground)?;
    let segment = ground.segment((MAPPED + 2) * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let object = vm::region(trap::mach_task_self(), mapping.address())
        .told()?
        .object;
    let seen = Arc::new(AtomicU64::new(0));
    let behind = Arc::new(AtomicU64::new(0));
    // SAFETY: stops the server, which goes on below.
    check(unsafe { sys::mig_k_task_suspend(server.name()) }).told()?;
    let base = mapping.address();
    let filled = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&filled);
    let fill = move || {
        for page in 0..MAPPED {
            if read(base + page * PAGE) == 0 {
                write(base + page * PAGE, pattern(1, page));
                count.fetch_add(1, Ordering::Release);
            }
        }
    };
    let filler = thread::spawn(fill, STACK).told();
    let came = within(SOON, || filled.load(Ordering::Acquire) == MAPPED);
    // One goes to the pager, and is asked for.
    let returned = vm::sync(&object, RETURNED * PAGE, PAGE, true, true);
    let touch = |page: u64, out: &Arc<AtomicU64>| {
        let (at, out) = (base + page * PAGE, Arc::clone(out));
        let touch = move || out.store(read(at) + 1, Ordering::Release);
        thread::spawn(touch, STACK).told()
    };
    let threads = [touch(RETURNED, &seen), touch(MAPPED + 1, &behind)];
    clock::sleep(Duration::from_millis(100));
    let before = [&seen, &behind].map(|seen| seen.load(Ordering::Acquire));
    // SAFETY: as above.
    check(unsafe { sys::mig_k_task_resume(server.name()) }).told()?;
    returned.told()?;
    for thread in [filler].into_iter().chain(threads) {
        thread?.join();
    }
    check!(came);
    check_eq!(before, [0, 0]);
    check_eq!(seen.load(Ordering::Acquire), pattern(1, RETURNED) + 1);
    check_eq!(behind.load(Ordering::Acquire), 1);
    for page in 0..MAPPED {
        check_eq!(mapping.read(page * PAGE), pattern(1, page));
    }
    Ok(())
}

fn once(ground: &Ground, server: &SendRight) -> Outcome {
    const WRITTEN: u64 = 0xbeef;
    const SIZE: u64 = (MAPPED + 64) * PAGE;
    let segment = ground.segment(SIZE)?;
    let mapping = segment.attach(0, 0)?;
    let base = mapping.address() + MAPPED * PAGE;
    let object = vm::region(trap::mach_task_self(), base).told()?.object;
    let others: Vec<_> = (0..BUSY)
        .map(|_| ground.segment(SIZE))
        .collect::<Result<_, _>>()?;
    let maps: Vec<_> = others
        .iter()
        .map(|one| one.attach(0, 0))
        .collect::<Result<_, _>>()?;
    let toucher = |at: u64| {
        let touch = move || {
            read(at);
        };
        thread::spawn(touch, STACK).told()
    };
    // SAFETY: stops the server, which goes on below.
    check(unsafe { sys::mig_k_task_suspend(server.name()) }).told()?;
    // A page is asked for, then something of many other segments,
    let mut threads = Vec::new();
    threads.push(toucher(base)?);
    clock::sleep(Duration::from_millis(20));
    for map in &maps {
        threads.push(toucher(map.address() + MAPPED * PAGE)?);
    }
    clock::sleep(Duration::from_millis(300));
    // and then the next page, which the answer for the first one will bring along.
    let seen = Arc::new(AtomicU64::new(0));
    let out = Arc::clone(&seen);
    let writer = move || {
        let at = base + PAGE;
        read(at);
        write(at, WRITTEN);
        // As memory pressure does it: the page goes to the pager, and is asked for again.
        let _ = vm::sync(&object, (MAPPED + 1) * PAGE, PAGE, true, true);
        out.store(read(at), Ordering::Release);
    };
    threads.push(thread::spawn(writer, STACK).told()?);
    clock::sleep(Duration::from_millis(100));
    // SAFETY: as above.
    check(unsafe { sys::mig_k_task_resume(server.name()) }).told()?;
    for thread in threads {
        thread.join();
    }
    check_eq!(seen.load(Ordering::Acquire), WRITTEN);
    check_eq!(mapping.read((MAPPED + 1) * PAGE), WRITTEN);
    Ok(())
}
