// SPDX-License-Identifier: GPL-2.0-or-later
//! Tests of the run time itself: the first program of its boot.
#![no_std]
#![no_main]

extern crate alloc;

#[path = "../shm_test/message.rs"]
#[allow(dead_code, reason = "the hostile suite's, which needs more of it")]
mod message_of_strangers;
mod strangers;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use bare_rt::clock::{self, Instant};
use bare_rt::message::{self, Note};
use bare_rt::suite::{Outcome, Suite};
use bare_rt::task::{self, Ending};
use bare_rt::{args, check, check_eq, thread};
use gnumach::right::{ReceiveRight, SendRight};
use gnumach::sync::Mutex;
use gnumach::{sys, trap};

bare_rt::entry!(main);

/// Longer than anything here takes.
const SOON: u32 = 10_000;

fn main() {
    let mut suite = Suite::new();
    suite.test("memory_functions_copy_fill_and_compare", memory_functions);
    suite.test("heap_holds_small_and_large_blocks", heap);
    suite.test("large_blocks_go_back_to_the_kernel", large_blocks);
    suite.test("threads_run_and_are_joined", threads);
    suite.test(
        "ended_threads_leave_no_port_name_behind",
        threads_leave_nothing,
    );
    suite.test("mutex_keeps_threads_apart", mutex);
    suite.test("time_passes_while_a_thread_sleeps", time);
    suite.test("forked_task_returns_its_result", fork_returns);
    suite.test("forked_task_shares_the_words_and_nothing_else", fork_shares);
    suite.test("exception_of_a_forked_task_is_told", fork_faults);
    suite.test("killed_task_is_noticed", fork_killed);
    suite.test(
        "hundreds_of_forks_leave_no_port_name_behind",
        forks_leave_nothing,
    );
    suite.test(
        "boot_module_gets_its_port_and_both_exchange_messages",
        two_tasks,
    );
    strangers::run(&mut suite);
    suite.finish();
}

/// An error of the kernel as a test's.
fn told(error: gnumach::error::Kern) -> String {
    error.to_string()
}

fn memory_functions() -> Outcome {
    let pattern: Vec<u8> = (0..300_u32).map(|n| (n * 7) as u8).collect();
    for size in [0, 1, 7, 8, 9, 63, 64, 65, 200] {
        for shift in [1, 3, 8, 13] {
            let mut up = pattern.clone();
            up.copy_within(0..size, shift);
            check!(
                (0..size).all(|n| up[n + shift] == pattern[n]),
                "up {size} by {shift}"
            );
            let mut down = pattern.clone();
            down.copy_within(shift..shift + size, 0);
            check!(
                (0..size).all(|n| down[n] == pattern[n + shift]),
                "down {size} by {shift}"
            );
            check!(
                down[size..] == pattern[size..],
                "down {size} by {shift} wrote past its end"
            );
        }
        let mut filled = pattern.clone();
        filled[1..=size].fill(0xa5);
        check!(
            filled[1..=size].iter().all(|&byte| byte == 0xa5),
            "fill {size}"
        );
        check!(filled[0] == pattern[0] && filled[size + 1..] == pattern[size + 1..]);
    }
    check!(b"abc"[..] < b"abd"[..] && b"ab"[..] < b"abc"[..] && b"\x7f"[..] < b"\x80"[..]);
    check_eq!(c"four".count_bytes(), 4);
    Ok(())
}

fn heap() -> Outcome {
    let mut map = BTreeMap::new();
    for n in 0..5000_usize {
        map.insert(n, vec![n as u8; n % 700 + 1]);
    }
    map.retain(|n, _| n % 3 == 0);
    let mut grown: Vec<u64> = Vec::new();
    grown.extend(0..300_000);
    check!(
        grown
            .iter()
            .enumerate()
            .all(|(n, &value)| value == n as u64)
    );
    check!(
        map.iter()
            .all(|(&n, block)| block.iter().all(|&byte| byte == n as u8))
    );
    let zeros = vec![0_u8; 1 << 20];
    check!(zeros.iter().all(|&byte| byte == 0));
    Ok(())
}

fn free_pages() -> i64 {
    let mut statistics = sys::vm_statistics_data_t::default();
    // SAFETY: a valid out-pointer.
    unsafe { sys::mig_k_vm_statistics(trap::mach_task_self(), &mut statistics) };
    statistics.free_count.into()
}

fn large_blocks() -> Outcome {
    let before = free_pages();
    for _ in 0..50 {
        // More in all than the machine has.
        let block = vec![1_u8; 16 << 20];
        check_eq!(block[block.len() - 1], 1);
    }
    let lost = before - free_pages();
    check!(lost < 256, "{lost} pages are gone");
    Ok(())
}

fn port_names() -> usize {
    let (mut names, mut types) = (core::ptr::null_mut(), core::ptr::null_mut());
    let (mut count, mut count_of_types) = (0, 0);
    // SAFETY: valid out-pointers; the kernel makes two arrays that become ours.
    unsafe {
        sys::mig_k_mach_port_names(
            trap::mach_task_self(),
            &mut names,
            &mut count,
            &mut types,
            &mut count_of_types,
        );
        for array in [names.addr(), types.addr()] {
            trap::vm_deallocate(trap::mach_task_self(), array, count as usize * 4);
        }
    }
    count as usize
}

fn threads() -> Outcome {
    let sum = Arc::new(AtomicU32::new(0));
    let mut handles = Vec::new();
    for n in 1..=20 {
        let sum = Arc::clone(&sum);
        let work = move || {
            sum.fetch_add(n, Ordering::Relaxed);
        };
        handles.push(thread::spawn(work, 64 * 1024).map_err(told)?);
    }
    handles.into_iter().for_each(thread::JoinHandle::join);
    check_eq!(sum.load(Ordering::Relaxed), 210);
    check_eq!(Arc::strong_count(&sum), 1);
    Ok(())
}

/// Whether `work` leaves the port names and the memory of the machine as they are.
fn leaves_nothing(work: impl FnOnce() -> Outcome) -> Outcome {
    let before = (port_names(), free_pages());
    work()?;
    let after = (port_names(), free_pages());
    check!(
        after.0 <= before.0 + 2,
        "{} port names, then {}",
        before.0,
        after.0
    );
    check!(
        before.1 - after.1 < 64,
        "{} pages free, then {}",
        before.1,
        after.1
    );
    Ok(())
}

fn threads_leave_nothing() -> Outcome {
    let round = |count: u32| -> Outcome {
        for n in 0..count {
            let handle = thread::spawn(|| (), 16 * 1024).map_err(told)?;
            // Half are joined, half are left to themselves.
            if n % 2 == 0 {
                handle.join();
            }
        }
        clock::sleep(Duration::from_millis(50));
        // The next one takes away what the others left.
        thread::spawn(|| (), 16 * 1024).map_err(told)?.join();
        Ok(())
    };
    round(20)?;
    leaves_nothing(|| round(500))
}

fn mutex() -> Outcome {
    let counter = Arc::new(Mutex::new(0_u32));
    let mut handles = Vec::new();
    for _ in 0..8 {
        let counter = Arc::clone(&counter);
        let work = move || {
            for _ in 0..200 {
                let mut held = counter.lock();
                let seen = *held;
                // Invites the others while the lock is held.
                trap::swtch_pri(0);
                *held = seen + 1;
            }
        };
        handles.push(thread::spawn(work, 64 * 1024).map_err(told)?);
    }
    handles.into_iter().for_each(thread::JoinHandle::join);
    check_eq!(*counter.lock(), 1600);
    Ok(())
}

fn time() -> Outcome {
    let (begin, start) = (clock::now(), Instant::now());
    clock::sleep(Duration::from_millis(200));
    let fine = start.elapsed();
    let coarse = clock::now() - begin;
    for passed in [fine, coarse] {
        // On a busy host the two clocks of QEMU drift apart: 167 ms were seen.
        check!(
            passed >= Duration::from_millis(100),
            "{passed:?} instead of 200 ms"
        );
        check!(
            passed < Duration::from_secs(5),
            "{passed:?} instead of 200 ms"
        );
    }
    // 2020 to 2100
    check!(
        (1_577_836_800..4_102_444_800).contains(&begin.as_secs()),
        "it is {begin:?}"
    );
    Ok(())
}

fn fork_returns() -> Outcome {
    let text = String::from("captured");
    let child = task::fork(None, move |_| (text == "captured").into()).map_err(told)?;
    check_eq!(child.wait(SOON), Ok(Ending::Returned(1)));
    let child = task::fork(None, |_| -1).map_err(told)?;
    check_eq!(child.wait(SOON), Ok(Ending::Returned(-1)));
    Ok(())
}

fn fork_shares() -> Outcome {
    static OWN: AtomicU32 = AtomicU32::new(1);
    let child = task::fork(None, |words| {
        OWN.store(2, Ordering::Relaxed);
        words[1].store(77, Ordering::Release);
        while words[0].load(Ordering::Acquire) == 0 {
            trap::swtch_pri(0);
        }
        OWN.load(Ordering::Relaxed) as i32
    })
    .map_err(told)?;
    while child.words()[1].load(Ordering::Acquire) == 0 {
        trap::swtch_pri(0);
    }
    check_eq!(OWN.load(Ordering::Relaxed), 1);
    check!(child.wait(50).is_err(), "the child did not wait for us");
    child.words()[0].store(1, Ordering::Release);
    check_eq!(child.wait(SOON), Ok(Ending::Returned(2)));
    Ok(())
}

fn fork_faults() -> Outcome {
    const ADDRESS: usize = 0x10_0000_0000;
    let child = task::fork(None, |_| {
        let nowhere: *mut u8 = core::ptr::with_exposed_provenance_mut(ADDRESS);
        // SAFETY: nothing is mapped there, which is what the test is about: the task ends here.
        unsafe { nowhere.write_volatile(1) };
        0
    })
    .map_err(told)?;
    let Ok(Ending::Exception {
        kind,
        code,
        subcode,
    }) = child.wait(SOON)
    else {
        return Err("no exception came".into());
    };
    check_eq!(
        (kind as u32, code),
        (sys::EXC_BAD_ACCESS, sys::KERN_INVALID_ADDRESS)
    );
    check_eq!(subcode, ADDRESS as i64);
    Ok(())
}

fn fork_killed() -> Outcome {
    let child = task::fork(None, |_| {
        loop {
            clock::sleep(Duration::from_secs(1));
        }
    })
    .map_err(told)?;
    check!(child.wait(50).is_err());
    child.kill();
    check_eq!(child.wait(SOON), Ok(Ending::Terminated));
    Ok(())
}

fn forks_leave_nothing() -> Outcome {
    let round = |count: u32| -> Outcome {
        for _ in 0..count {
            let child = task::fork(None, |_| 0).map_err(told)?;
            check_eq!(child.wait(SOON), Ok(Ending::Returned(0)));
        }
        Ok(())
    };
    round(10)?;
    leaves_nothing(|| round(200))
}

/// The first program starts the second with a port, over which the second asks for another one.
fn two_tasks() -> Outcome {
    let client = args::port("rt-client").ok_or("the module line names no rt-client")?;
    // SAFETY: the kernel put this right into our port space for us alone.
    let client = unsafe { SendRight::from_raw(client) };
    let (door, room) = ports().map_err(told)?;
    let events = ReceiveRight::allocate().map_err(told)?;
    message::notify_death(&client, &events).map_err(told)?;
    task::start(client.name(), &door.make_send().map_err(told)?).map_err(told)?;

    let hello = message::receive_note(&door, SOON).map_err(told)?;
    check_eq!((hello.id, hello.words[0]), (1000, 17));
    let reply = hello.reply.ok_or("the client waits for no answer")?;
    let right = Some(room.make_send().map_err(told)?);
    let answer = Note {
        id: 1001,
        words: [18; message::WORDS],
        right,
        ..Note::default()
    };
    message::send(&reply, &answer, None).map_err(told)?;

    for round in 0..100 {
        let note = message::receive_note(&room, SOON).map_err(told)?;
        check_eq!((note.id, note.words[message::WORDS - 1]), (2000, round));
        let reply = note.reply.ok_or("no answer wanted")?;
        let words = [round + 1; message::WORDS];
        let answer = Note {
            id: 2001,
            words,
            ..Note::default()
        };
        message::send(&reply, &answer, None).map_err(told)?;
    }
    match message::receive(&events, SOON) {
        Ok(message::Received::Death) => Ok(()),
        other => Err(format!("instead of the client's end: {other:?}")),
    }
}

fn ports() -> Result<(ReceiveRight, ReceiveRight), gnumach::error::Kern> {
    Ok((ReceiveRight::allocate()?, ReceiveRight::allocate()?))
}
