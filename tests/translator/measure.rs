//! Costs as ratios in one boot, by raw RPC: printed, with the design's budgets beside.

use std::cell::RefCell;
use std::time::Instant;

use hurd_sys as sys;
use mig::right::SendRight;
use mig::trap;

use super::client::CREATE;
use super::node::Node;

/// One kind of call, and its least cost so far.
struct Kind<'a> {
    name: &'static str,
    call: Box<dyn FnMut() + 'a>,
    microseconds: f64,
}

impl<'a> Kind<'a> {
    fn new(name: &'static str, call: impl FnMut() + 'a) -> Self {
        Self {
            name,
            call: Box::new(call),
            microseconds: f64::INFINITY,
        }
    }

    fn series(&mut self) {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            (self.call)();
        }
        let cost = start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
        self.microseconds = self.microseconds.min(cost);
    }
}

/// Calls in a series: the clock moves in steps of 10 ms.
const ROUNDS: u32 = 1000;

/// Series of each kind, in turn: a machine that is busy for a while slows all of them.
const SERIES: usize = 4;

#[test]
fn calls_cost_little_more_than_their_messages() {
    let node = Node::active(&[]);
    let client = node.open();
    let this = trap::mach_task_self();
    // SAFETY: the reference is ours.
    let server = unsafe { SendRight::from_raw(sys::getproc()) };
    let id = client.get(1, 1 << 20, CREATE | 0o600).unwrap();
    let _attachment = client.attach(id, 0).unwrap();
    let attached = RefCell::new(Vec::new());
    let created = RefCell::new(Vec::new());
    let mapped = RefCell::new(Vec::new());
    let mut kinds = [
        Kind::new("proc_task2pid", || {
            let mut pid = 0;
            // SAFETY: a valid out-pointer.
            unsafe { sys::proc_task2pid(server.name(), this, &mut pid) };
        }),
        Kind::new("vm_map", || {
            let mut address = 0;
            // SAFETY: anonymous memory where there is room.
            let code = unsafe { trap::vm_map(this, &mut address, 1 << 20, 0, 1, 0, 0, 0, 3, 7, 1) };
            assert_eq!(code, 0);
            mapped.borrow_mut().push(address);
        }),
        Kind::new("vm_deallocate", || {
            let address = mapped.borrow_mut().pop().unwrap();
            // SAFETY: mapped above.
            unsafe { trap::vm_deallocate(this, address, 1 << 20) };
        }),
        Kind::new("version", || {
            client.version().unwrap();
        }),
        Kind::new("find", || {
            client.get(1, 0, 0).unwrap();
        }),
        Kind::new("get", || {
            let id = client.get(0, 1 << 20, CREATE | 0o600).unwrap();
            created.borrow_mut().push(id);
        }),
        Kind::new("remove", || {
            let id = created.borrow_mut().pop().unwrap();
            client.remove(id).unwrap();
        }),
        Kind::new("stat", || {
            client.stat(id).unwrap();
        }),
        Kind::new("attach", || {
            let attachment = client.attach(id, 0).unwrap();
            attached.borrow_mut().push(attachment.address);
        }),
        Kind::new("detach", || {
            let address = attached.borrow_mut().pop().unwrap();
            client.detach(address).unwrap();
        }),
    ];
    for _ in 0..SERIES {
        kinds.iter_mut().for_each(Kind::series);
    }
    for kind in &kinds {
        println!("{:14} {:6.0} us", kind.name, kind.microseconds);
    }
    let of = |name| {
        let kind = kinds.iter().find(|kind| kind.name == name);
        kind.unwrap().microseconds
    };
    let rpc = of("proc_task2pid");
    for (name, unit, budget) in [
        ("attach", rpc + of("vm_map"), 1.5),
        ("get", rpc, 3.0),
        ("stat", rpc, 1.3),
    ] {
        let ratio = of(name) / unit;
        println!("{name}: {ratio:.2} (budget {budget})");
        // A tripwire, far above the budget that the bench judges by; a debug build trips it.
        assert!(ratio < 10.0 * budget);
    }
}
