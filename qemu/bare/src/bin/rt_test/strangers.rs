// SPDX-License-Identifier: GPL-2.0-or-later
//! The receive loop and what it does with messages of clients that mean harm.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};

use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq, thread};
use gnumach::elastic::Pool;
use gnumach::error::{Kern, check as kern};
use gnumach::message::{self, SAME_RIGHTS};
use gnumach::right::{NULL, Name, ReceiveRight, SendRight};
use gnumach::serve::{Bounds, Next, Reply};
use gnumach::{sys, trap};

use crate::message_of_strangers::{Message, descriptor};
use crate::{SOON, port_names, told};

pub fn run(suite: &mut Suite) {
    suite.test("rights_of_a_message_are_released_once", released_once);
    suite.test(
        "more_rights_than_a_name_can_count_take_none_of_ours",
        beyond_the_clamp,
    );
    suite.test(
        "rights_to_a_port_of_ours_all_go_however_many_came",
        rights_to_our_own,
    );
    suite.test(
        "send_once_and_receive_rights_of_a_message_go",
        other_kinds_of_rights,
    );
    suite.test(
        "memory_behind_an_array_of_ports_stays_mapped",
        memory_behind_an_array,
    );
    suite.test("loop_serves_on_after_every_message_that_it_drops", server);
}

const COPY: u32 = sys::MACH_MSG_TYPE_COPY_SEND;
const MAKE: u32 = sys::MACH_MSG_TYPE_MAKE_SEND;

fn references(name: Name) -> u32 {
    let mut count = 0;
    // SAFETY: a valid out-pointer.
    unsafe {
        sys::mig_k_mach_port_get_refs(
            trap::mach_task_self(),
            name,
            sys::MACH_PORT_RIGHT_SEND,
            &mut count,
        );
    }
    count
}

/// Sends `message` to a port of this task, and destroys it as a server does.
fn pass(message: &Message) -> Outcome {
    let port = ReceiveRight::allocate().map_err(told)?;
    let right = port.make_send().map_err(told)?;
    message.send(right.name(), None, SOON).map_err(told)?;
    let mut words = vec![0_u64; 1024];
    // SAFETY: the buffer is as large as said.
    let code = kern(unsafe {
        trap::mach_msg(
            words.as_mut_ptr().cast(),
            (sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT) as _,
            0,
            8192,
            port.name(),
            SOON,
            NULL,
        )
    });
    code.map_err(told)?;
    // SAFETY: the message that was received, which nobody else looks at.
    unsafe { message::destroy(words.as_mut_ptr().cast()) };
    Ok(())
}

/// A message with `count` rights in its body.
fn inline(name: Name, disposition: u32, count: usize) -> Message {
    Message::new(1)
        .words(&[descriptor(disposition, 64, count as u32, true)])
        .words(&vec![name.into(); count])
        .complex(true)
}

/// A message with `count` rights out of line.
fn out_of_line(names: &[Name], disposition: u32) -> Message {
    let address = names.as_ptr().addr() as u64;
    Message::new(1).out_of_line(disposition, 32, names.len() as u32, address)
}

/// A right that this task holds `count` references to, and no receive right.
fn held(count: i32) -> Result<SendRight, String> {
    let mut task = NULL;
    // SAFETY: a valid out-pointer; the reference is ours.
    let task = unsafe {
        let code = sys::mig_k_task_create(trap::mach_task_self(), 0, &mut task);
        kern(code).map_err(told)?;
        SendRight::from_raw(task)
    };
    gnumach::right::add_send_references(task.name(), count - 1).map_err(told)?;
    Ok(task)
}

fn done(task: SendRight) {
    // SAFETY: a task of our own.
    unsafe { sys::mig_k_task_terminate(task.name()) };
    // SAFETY: nobody uses the name any more.
    unsafe { sys::mig_k_mach_port_destroy(trap::mach_task_self(), task.into_raw()) };
}

fn released_once() -> Outcome {
    let right = held(3)?;
    for count in [0, 1, 2, 16, 17, SAME_RIGHTS] {
        pass(&inline(right.name(), COPY, count))?;
        check_eq!(references(right.name()), 3);
        pass(&out_of_line(&vec![right.name(); count], COPY))?;
        check_eq!(references(right.name()), 3);
        // Two arrays, and rights of two kinds in one message.
        let names = vec![right.name(); count / 2];
        let both = inline(right.name(), COPY, count / 2).out_of_line(
            COPY,
            32,
            names.len() as u32,
            names.as_ptr().addr() as u64,
        );
        pass(&both)?;
        check_eq!(references(right.name()), 3);
    }
    // A right that died before the message was destroyed.
    done(right);
    Ok(())
}

fn beyond_the_clamp() -> Outcome {
    let right = held(3)?;
    let before = message::kept();
    for count in [SAME_RIGHTS + 1, 1000, 65_534, 70_000, 100_000] {
        pass(&out_of_line(&vec![right.name(); count], COPY))?;
        let left = references(right.name());
        check!(left >= 3, "{count} rights came, and {left} are left");
        // There is room for more.
        gnumach::right::add_send_references(right.name(), 30_000).map_err(told)?;
        gnumach::right::add_send_references(right.name(), -30_000).map_err(told)?;
    }
    check_eq!(message::kept() - before, 5);
    // What is counted fits even now.
    pass(&inline(right.name(), COPY, 20))?;
    check!(references(right.name()) >= 3);
    done(right);
    Ok(())
}

fn rights_to_our_own() -> Outcome {
    let port = ReceiveRight::allocate().map_err(told)?;
    for count in [1, SAME_RIGHTS, 1000, 100_000] {
        pass(&out_of_line(&vec![port.name(); count], MAKE))?;
        check_eq!(references(port.name()), 0);
    }
    Ok(())
}

fn other_kinds_of_rights() -> Outcome {
    let port = ReceiveRight::allocate().map_err(told)?;
    let before = port_names();
    let once = sys::MACH_MSG_TYPE_MAKE_SEND_ONCE;
    for count in [1, 20, 1000] {
        pass(&out_of_line(&vec![port.name(); count], once))?;
        check_eq!(port_names(), before);
    }
    for count in [1_usize, 20, 300] {
        let ports: Result<Vec<_>, Kern> = (0..count).map(|_| ReceiveRight::allocate()).collect();
        let names: Vec<Name> = ports
            .map_err(told)?
            .into_iter()
            .map(ReceiveRight::into_raw)
            .collect();
        pass(&out_of_line(&names, sys::MACH_MSG_TYPE_MOVE_RECEIVE))?;
        check_eq!(port_names(), before);
    }
    Ok(())
}

/// The kernel puts an array of ports where it finds room first, so memory of the program's own
/// may lie right behind it.
fn memory_behind_an_array() -> Outcome {
    const PAGE: usize = 4096;
    let this = trap::mach_task_self();
    let mut area = 0;
    // SAFETY: a valid out-pointer.
    let code = unsafe { trap::vm_allocate(this, &mut area, (16 * PAGE) as _, 1) };
    kern(code).map_err(told)?;
    // SAFETY: memory of this test's own, whose first page nobody uses.
    unsafe {
        ((area + PAGE) as *mut u64).write(0x5ea1);
        trap::vm_deallocate(this, area, PAGE as _);
    }
    // Arrays of a page each fill that hole and others; each is destroyed at once.
    let right = held(1)?;
    for _ in 0..10 {
        pass(&out_of_line(&vec![right.name(); 100], COPY))?;
    }
    let port = ReceiveRight::allocate().map_err(told)?;
    for _ in 0..3 {
        pass(&out_of_line(&vec![port.name(); PAGE / 4], MAKE))?;
    }
    done(right);
    let mut byte = 0;
    let mut size = 0;
    // SAFETY: valid out-pointers; a page that is not mapped is an error, and no fault.
    let code = unsafe { sys::mig_k_vm_read(this, area + PAGE, 8, &mut byte, &mut size) };
    check_eq!(code, 0);
    // SAFETY: the copy that was just made, which becomes ours; and then the area itself.
    unsafe {
        check_eq!(*(byte as *const u64), 0x5ea1);
        trap::vm_deallocate(this, byte, size as _);
        trap::vm_deallocate(this, area + PAGE, (15 * PAGE) as _);
    }
    Ok(())
}

static SEEN: AtomicUsize = AtomicUsize::new(0);

/// Answers every request of id 100 with success and no result.
///
/// # Safety
/// As [`gnumach::serve::Demux`].
unsafe fn echo(request: *mut sys::mach_msg_header_t, reply: *mut Reply) -> bool {
    SEEN.fetch_add(1, Ordering::Relaxed);
    // SAFETY: both messages are the loop's.
    unsafe {
        let known = (*request).msgh_id == 100;
        if known {
            (*reply).RetCode = 0;
        }
        known
    }
}

fn server() -> Outcome {
    let port: &'static ReceiveRight = Box::leak(Box::new(ReceiveRight::allocate().map_err(told)?));
    let right = port.make_send().map_err(told)?;
    let pool: &'static Pool = Box::leak(Box::new(
        Pool::new(port.name(), echo, 4).within(Bounds::MIG),
    ));
    let spawn = |work| thread::spawn(work, 64 * 1024).map(drop);
    pool.start(spawn, |_| Next::Wait).map_err(told)?;
    let answers = |when: &str| -> Outcome {
        let reply = Message::new(100).call(right.name(), SOON).map_err(told)?;
        check!(reply.code == 0, "{when}: {:#x}", reply.code);
        Ok(())
    };
    answers("at first")?;

    // Larger than the bound: the kernel tells the sender that there will be no answer.
    let before = SEEN.load(Ordering::Relaxed);
    for bytes in [4096, 60_000, 1_000_000] {
        let words = bytes / 8;
        let large = Message::new(100)
            .words(&[descriptor(sys::MACH_MSG_TYPE_INTEGER_64, 64, words, true)])
            .words(&vec![7; words as usize]);
        let reply = large.call(right.name(), SOON).map_err(told)?;
        check_eq!(reply.id, sys::MACH_NOTIFY_SEND_ONCE as i32);
    }
    check_eq!(SEEN.load(Ordering::Relaxed), before);
    answers("after large messages")?;

    // More rights than the bound, in the body and out of line: refused unseen, and given back. No
    // name gets more than a message's share.
    let before = SEEN.load(Ordering::Relaxed);
    let host = trap::mach_host_self();
    let mine = references(host);
    let names: Vec<Name> = [host, trap::mach_task_self()].repeat(50);
    let words: Vec<u64> = names.iter().map(|name| (*name).into()).collect();
    let in_body = Message::new(1)
        .words(&[descriptor(COPY, 64, words.len() as u32, true)])
        .words(&words)
        .complex(true);
    for message in [in_body, out_of_line(&names, COPY)] {
        let reply = message.call(right.name(), SOON).map_err(told)?;
        check_eq!(reply.code, sys::MIG_BAD_ARGUMENTS);
        check_eq!(references(host), mine);
    }
    check_eq!(SEEN.load(Ordering::Relaxed), before);
    let reply = inline(host, COPY, 64)
        .call(right.name(), SOON)
        .map_err(told)?;
    // This one came through, and is not what `echo` knows.
    check_eq!(reply.code, sys::MIG_BAD_ID);

    // A reply right that is a send right to a queue that is full: nobody waits for it.
    let full = ReceiveRight::allocate().map_err(told)?;
    let full_right = full.make_send().map_err(told)?;
    while Message::new(1).send(full_right.name(), None, 1).is_ok() {}
    for _ in 0..20 {
        let request = Message::new(100);
        let reply_to = Some((full_right.name(), COPY));
        request.send(right.name(), reply_to, SOON).map_err(told)?;
        answers("while a client's queue is full")?;
    }
    // One whose port is gone, and none.
    drop(full);
    let _ = Message::new(100).send(right.name(), Some((full_right.name(), COPY)), SOON);
    Message::new(100)
        .send(right.name(), None, SOON)
        .map_err(told)?;
    answers("after replies that nobody got")
}
