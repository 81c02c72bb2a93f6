// SPDX-License-Identifier: GPL-2.0-or-later
//! The routines since version 2: memory objects that are no attachments, the holders of a
//! segment, and the message that something changed.

use alloc::string::String;

use bare::client::{Answer, Session};
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq};
use gnumach::error::check as check_kern;
use gnumach::right::{ReceiveRight, SendRight};
use gnumach::{sys, trap};
use shm::wire::defs as wire;

use crate::ground::{Ground, PAGE, Told, check_refused, pattern, reach, read, write};
use crate::vm;

const READ: u32 = wire::SYSVSHM_READ;
const BOTH: u32 = wire::SYSVSHM_READ | wire::SYSVSHM_WRITE;

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test("an object is the segment's own memory", same_memory);
    test("an object is no attachment", no_attachment);
    test("an object allows what was asked for, no more", exact_access);
    test("the mode decides on objects as on attaches", mode_decides);
    test("an object that left is never used again", never_again);
    test("holders are told with place and process", holders);
    test("holders are told to the owner alone", holders_to_owner);
    test("a watcher is told once of each kind of change", watch);
    test("watchers of one user are bounded", bounded_watchers);
}

/// A mapping of an object, removed when dropped.
struct Mapped {
    address: u64,
    size: u64,
}

impl Mapped {
    fn new(object: &SendRight, size: u64, protection: i32) -> Answer<Self> {
        let mut address = 0;
        // SAFETY: a new mapping at an address the kernel chooses.
        check_kern(unsafe {
            trap::vm_map(
                trap::mach_task_self(),
                &mut address,
                size as _,
                0,
                1,
                object.name(),
                0,
                0,
                protection,
                protection,
                sys::VM_INHERIT_NONE as _,
            )
        })?;
        Ok(Self {
            address: address as u64,
            size,
        })
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // SAFETY: our own mapping; tests keep no pointers into it.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), self.address as _, self.size as _) };
    }
}

fn same_memory(ground: &Ground) -> Outcome {
    const SIZE: u64 = 70 * PAGE - 100;
    let segment = ground.segment(SIZE)?;
    let (object, size) = ground.root.object(segment.id, BOTH).told()?;
    check_eq!(size, SIZE);
    let view = Mapped::new(&object, 70 * PAGE, vm::READ | vm::WRITE).told()?;
    let mapping = segment.attach(0, 0)?;
    for page in 0..70 {
        check_eq!(read(view.address + page * PAGE), 0);
        write(view.address + page * PAGE, pattern(1, page));
        check_eq!(mapping.read(page * PAGE), pattern(1, page));
        mapping.write(page * PAGE + 8, pattern(2, page));
        check_eq!(read(view.address + page * PAGE + 8), pattern(2, page));
    }
    // Nothing of it is mapped beyond the last page.
    check!(Mapped::new(&object, 71 * PAGE, vm::READ).is_err());
    Ok(())
}

fn no_attachment(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let before = ground.root.stat(segment.id).told()?;
    let (object, _) = ground.root.object(segment.id, BOTH).told()?;
    let view = Mapped::new(&object, PAGE, vm::READ).told()?;
    check_eq!(read(view.address), 0);
    let after = ground.root.stat(segment.id).told()?;
    check_eq!(
        (after.nattch, after.atime, after.lpid),
        (0, before.atime, before.lpid)
    );
    check!(ground.root.holders(segment.id).told()?.is_empty());
    Ok(())
}

fn exact_access(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    for (access, protection) in [
        (READ, vm::READ),
        (BOTH, vm::READ | vm::WRITE),
        (READ | wire::SYSVSHM_EXECUTE, vm::READ | vm::EXECUTE),
    ] {
        let (object, _) = ground.root.object(segment.id, access).told()?;
        let all = vm::READ | vm::WRITE | vm::EXECUTE;
        let view = Mapped::new(&object, PAGE, all).told()?;
        let region = vm::region(trap::mach_task_self(), view.address).told()?;
        check_eq!(
            (region.protection, region.max_protection),
            (protection, protection)
        );
    }
    for access in [
        0,
        wire::SYSVSHM_WRITE,
        wire::SYSVSHM_EXECUTE,
        8,
        READ | 256,
        !0,
    ] {
        check_refused!(ground.root.object(segment.id, access), EINVAL);
    }
    check_refused!(ground.root.object(segment.id + 1, READ), EINVAL);
    check_refused!(ground.root.object(-1, READ), EINVAL);
    check_refused!(ground.root.access(-1), EINVAL);
    Ok(())
}

fn mode_decides(ground: &Ground) -> Outcome {
    let owner = ground.caller(1, 1)?;
    let member = ground.control.session(&[2], &[7, 1]).told()?;
    let (stranger, nobody) = (
        ground.caller(3, 3)?,
        ground.control.session(&[], &[]).told()?,
    );
    for mode in [
        0o000, 0o200, 0o400, 0o600, 0o060, 0o040, 0o004, 0o006, 0o077, 0o700, 0o751,
    ] {
        let id = owner.get(0, PAGE, mode).told()?;
        for session in [&owner, &member, &stranger, &nobody, &ground.root] {
            let access = session.access(id).told()?;
            for (flags, wanted) in [
                (wire::SYSVSHM_RDONLY, READ),
                (0, BOTH),
                (
                    wire::SYSVSHM_RDONLY | wire::SYSVSHM_EXEC,
                    READ | wire::SYSVSHM_EXECUTE,
                ),
            ] {
                let attached = session.attach(id, flags, 0);
                let object = session.object(id, wanted);
                check!(
                    attached.is_ok() == object.is_ok()
                        && object.is_ok() == (access & wanted == wanted),
                    "mode {mode:o}, flags {flags:o}, access {access}"
                );
                if let Ok(attached) = attached {
                    session.detach(attached.address).told()?;
                } else {
                    check_refused!(object, EACCES);
                }
            }
        }
        owner.remove(id).told()?;
    }
    Ok(())
}

/// Where the kernel has the object that is mapped at `address`.
fn place(address: u64) -> Result<u64, String> {
    let region = vm::region(trap::mach_task_self(), address).told()?;
    let mut info = sys::vm_object_info_t::default();
    let (mut shadow, mut copy) = (0, 0);
    // SAFETY: the name is a right of ours, the others are valid out-pointers.
    check_kern(unsafe {
        sys::mig_k_mach_vm_object_info(region.object.name(), &mut info, &mut shadow, &mut copy)
    })
    .told()?;
    for right in [shadow, copy] {
        // SAFETY: the kernel moved these rights to us.
        drop(unsafe { SendRight::from_raw(right) });
    }
    Ok(info.voi_object as u64)
}

fn never_again(ground: &Ground) -> Outcome {
    for round in 0..20 {
        let segment = ground.segment(3 * PAGE)?;
        let (object, _) = ground.root.object(segment.id, BOTH).told()?;
        let view = Mapped::new(&object, 3 * PAGE, vm::READ | vm::WRITE).told()?;
        write(view.address, pattern(round, 0));
        let old = place(view.address)?;
        drop(segment);
        // The memory lives on for who has it mapped, and for nobody else.
        check_eq!(read(view.address), pattern(round, 0));
        let next = ground.segment(3 * PAGE)?;
        let mapping = next.attach(0, 0)?;
        check_eq!(mapping.read(0), 0);
        check!(place(mapping.address())? != old);
        write(view.address, 1);
        check_eq!(mapping.read(0), 0);
    }
    Ok(())
}

fn holders(ground: &Ground) -> Outcome {
    let segment = ground.segment(5 * PAGE)?;
    check!(ground.root.holders(segment.id).told()?.is_empty());
    let mapping = segment.attach(wire::SYSVSHM_RDONLY, 0)?;
    let id = segment.id;
    let client = ground.client(&ground.root, 82, move |session, words| {
        let Ok(attached) = session.attach(id, 0, 0) else {
            return 1;
        };
        words[2].store(
            (attached.address >> 12) as u32,
            core::sync::atomic::Ordering::Release,
        );
        reach(&words[1], 1);
        loop {
            trap::swtch_pri(0);
        }
    })?;
    client.reaches(1, 1)?;
    let list = ground.root.holders(id).told()?;
    check_eq!(list.len(), 2);
    check_eq!(
        (list[0].address, list[0].size),
        (mapping.address(), 5 * PAGE)
    );
    check_eq!((list[0].protection, list[0].flags), (READ, 0));
    let page = client.word(2).load(core::sync::atomic::Ordering::Acquire);
    check_eq!((list[1].pid, list[1].address >> 12), (82, u64::from(page)));
    check_eq!((list[1].uid, list[1].protection), (0, BOTH));
    // A fork under way is counted, and told as such.
    let ticket = ground.root.fork().told()?;
    let list = ground.root.holders(id).told()?;
    check_eq!(list.len() as u64, segment.nattch()?);
    check_eq!(list.len(), 3);
    check_eq!(list[2].flags, wire::SYSVSHM_FORKING);
    drop(ticket);
    // Who is dead holds nothing.
    client.kill()?;
    check_eq!(ground.root.holders(id).told()?.len(), 1);
    // More than fit into a message.
    let many: Result<alloc::vec::Vec<_>, _> = (0..200).map(|_| segment.attach(0, 0)).collect();
    let many = many?;
    let list = ground.root.holders(id).told()?;
    check_eq!(list.len(), 201);
    check_eq!(list[200].address, many[199].address());
    Ok(())
}

fn holders_to_owner(ground: &Ground) -> Outcome {
    let (owner, stranger) = (ground.caller(1, 1)?, ground.caller(2, 1)?);
    let id = owner.get(0, PAGE, 0o777).told()?;
    check!(owner.holders(id).told()?.is_empty());
    check_refused!(stranger.holders(id), EPERM);
    owner.set(id, 2, 1, 0o000).told()?;
    check!(stranger.holders(id).told()?.is_empty());
    check!(owner.holders(id).told()?.is_empty());
    ground.root.remove(id).told()?;
    check_refused!(ground.root.holders(id), EINVAL);
    Ok(())
}

/// How many messages wait on a port, and the id of the last; they are taken.
fn messages(port: &ReceiveRight) -> (usize, i32) {
    let mut count = 0;
    let mut id = 0;
    loop {
        let mut buffer = [0_u64; 64];
        let head = buffer.as_mut_ptr().cast::<sys::mach_msg_header_t>();
        let option = sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT;
        // SAFETY: the buffer is ours and as large as said.
        let code = unsafe { trap::mach_msg(head, option as _, 0, 512, port.name(), 0, 0) };
        if code != 0 {
            return (count, id);
        }
        count += 1;
        // SAFETY: a message was received.
        id = unsafe { (*head).msgh_id };
    }
}

fn watch(ground: &Ground) -> Outcome {
    let port = ReceiveRight::allocate().told()?;
    let root = &ground.root;
    let segment = ground.segment(PAGE)?;
    let ticket = core::cell::RefCell::new(None);
    let changes: [(&str, &dyn Fn() -> Answer<()>); 8] = [
        ("create", &|| root.get(0x77, PAGE, 0o1600).map(drop)),
        ("set", &|| root.set(segment.id, 5, 5, 0o640)),
        ("lock", &|| root.lock(segment.id, 1)),
        ("attach", &|| root.attach(segment.id, 0, 0).map(drop)),
        ("fork", &|| {
            root.fork().map(|new| *ticket.borrow_mut() = new)
        }),
        ("unfork", &|| {
            *ticket.borrow_mut() = None;
            root.stat(segment.id).map(drop)
        }),
        ("detach", &|| {
            let holders = root.holders(segment.id)?;
            root.detach(holders[0].address)
        }),
        ("remove", &|| root.remove(root.get(0x77, 0, 0)?)),
    ];
    for (name, change) in changes {
        root.watch(port.name()).told()?;
        let _ = (
            root.stat(segment.id).told()?,
            root.list().told()?,
            root.info().told()?,
        );
        let _ = (
            root.access(segment.id).told()?,
            root.object(segment.id, READ).told()?,
        );
        check_eq!((name, messages(&port).0), (name, 0));
        change().told()?;
        // It came before the answer, and just once.
        let told = (1, wire::SYSVSHM_CHANGED as i32);
        check_eq!((name, messages(&port)), (name, told));
    }
    // Nobody is told unasked, nor more than once.
    root.set(segment.id, 0, 0, 0o600).told()?;
    check_eq!(messages(&port).0, 0);
    root.watch(port.name()).told()?;
    root.set(segment.id, 0, 0, 0o600).told()?;
    root.set(segment.id, 0, 0, 0o600).told()?;
    check_eq!(messages(&port).0, 1);
    Ok(())
}

fn bounded_watchers(ground: &Ground) -> Outcome {
    let port = ReceiveRight::allocate().told()?;
    let user = ground.caller(9, 9)?;
    let watch = |session: &Session| session.watch(port.name());
    let mut allowed = 0;
    while watch(&user).is_ok() {
        allowed += 1;
        check!(allowed < 1000);
    }
    check_refused!(watch(&user), ENOSPC);
    check_refused!(user.watch(gnumach::right::NULL), EINVAL);
    // Who is refused hears at once that the right is not kept, from the kernel.
    check_eq!(messages(&port), (2, sys::MACH_NOTIFY_SEND_ONCE as i32));
    // Others are not kept from it.
    watch(&ground.caller(10, 9)?).told()?;
    watch(&ground.root).told()?;
    drop(ground.segment(PAGE)?);
    check_eq!(messages(&port).0, allowed + 2);
    // Those whose port is gone are forgotten with the next change.
    {
        let gone = ReceiveRight::allocate().told()?;
        for _ in 0..allowed {
            user.watch(gone.name()).told()?;
        }
    }
    drop(ground.segment(PAGE)?);
    watch(&user).told()
}
