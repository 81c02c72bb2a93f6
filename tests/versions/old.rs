// SPDX-License-Identifier: GPL-2.0-or-later
//! A client of version 1 in front of today's server.

use gnumach::right::{Name, ReceiveRight, SendRight};
use gnumach::{sys, trap};

use super::client::Task;
use super::frozen::{
    self, BY_ID, BY_INDEX, BY_INDEX_ANY, CREATE, EEXIST, EINVAL, ENOENT, EPERM, ESRCH, EXCLUSIVE,
    HELD, INFO, INT32, INT64, RIGHT, Request, SEGMENT, arguments, table, table_in_pages,
};
use super::node::Node;

/// The port, and what a program of that time does with it.
struct Old(SendRight);

/// The arguments of a reply, without the code, which is 0; or the code.
type Answer = Result<Vec<Vec<u64>>, u32>;

impl Old {
    fn of(node: &Node) -> Self {
        Self(node.open().right().try_clone().unwrap())
    }

    /// Calls, and holds the reply against `kinds`, of the arguments behind the code.
    fn call(&self, request: &Request, kinds: &[u64]) -> Answer {
        let port = ReceiveRight::allocate().unwrap();
        let mut bits = sys::MACH_MSG_TYPE_COPY_SEND | sys::MACH_MSG_TYPE_MAKE_SEND_ONCE << 8;
        if request.complex {
            bits |= sys::MACH_MSGH_BITS_COMPLEX;
        }
        frozen::send(request.id, bits, self.0.name(), port.name(), &request.body).unwrap();
        let reply = frozen::receive(&port).unwrap();
        assert_eq!(reply.id, request.id + 100);
        let mut all = arguments(&reply.body).into_iter();
        let (kind, code) = all.next().unwrap();
        assert_eq!(kind, INT32, "{}", reply.id);
        if code[0] != 0 {
            assert_eq!(all.next(), None, "an error is a code and nothing else");
            return Err(code[0] as u32);
        }
        let (shapes, values): (Vec<u64>, Vec<Vec<u64>>) = all.unzip();
        assert_eq!(shapes, kinds, "{}: {shapes:x?}", reply.id);
        let carries = kinds
            .iter()
            .any(|kind| *kind == RIGHT || kind & 0x2000_0000 == 0);
        assert_eq!(reply.complex, carries, "{}", reply.id);
        Ok(values)
    }

    fn get(&self, key: i32, size: u64, flags: u32) -> Result<i32, u32> {
        let answer = self.call(&frozen::get(me(), key, size, flags), &[INT32])?;
        Ok(answer[0][0] as i32)
    }

    /// Address, size and token.
    fn attach(&self, id: i32, flags: u32) -> Result<(u64, u64, Name), u32> {
        let request = frozen::attach(me(), id, flags, 0);
        let answer = self.call(&request, &[INT64, INT64, RIGHT])?;
        Ok((answer[0][0], answer[1][0], answer[2][0] as Name))
    }

    fn detach(&self, address: u64) -> Result<(), u32> {
        self.call(&frozen::detach(me(), address), &[]).map(drop)
    }

    fn stat(&self, which: i32, how: u32) -> Result<[u64; 12], u32> {
        let answer = self.call(&frozen::stat(which, how), &[SEGMENT])?;
        Ok(answer[0].as_slice().try_into().unwrap())
    }
}

fn me() -> Name {
    trap::mach_task_self()
}

fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

/// A right that a reply carried.
fn right(name: Name) -> SendRight {
    assert!(gnumach::right::valid(name));
    // SAFETY: the reply gave it to us.
    unsafe { SendRight::from_raw(name) }
}

#[test]
fn a_client_of_version_1_has_all_that_it_knows() {
    let node = Node::active(&["--shmmax=1G"]);
    let old = Old::of(&node);
    let version = old.call(&frozen::version(), &[INT32]).unwrap();
    assert!(version[0][0] >= 1, "a later one has all of version 1");

    // shmget(2).
    let id = old.get(7, 5000, CREATE | EXCLUSIVE | 0o640).unwrap();
    assert_eq!(old.get(7, 0, 0), Ok(id));
    assert_eq!(old.get(8, 0, 0), Err(ENOENT));
    assert_eq!(old.get(7, 1, CREATE | EXCLUSIVE), Err(EEXIST));
    assert_eq!(old.get(7, 5001, 0), Err(EINVAL));

    // shmctl(2), IPC_STAT, with each field in its place.
    let pid = std::process::id();
    let [
        names,
        owner,
        creator,
        mode,
        size,
        atime,
        dtime,
        ctime,
        pids,
        nattch,
        rss,
        swap,
    ] = old.stat(id, BY_ID).unwrap();
    assert_eq!(halves(names), [id.cast_unsigned(), 7]);
    assert_eq!((halves(owner), halves(creator)), ([0, 0], [0, 0]));
    assert_eq!((halves(mode)[0], size), (0o640, 5000));
    assert_eq!((atime, dtime, ctime != 0), (0, 0, true));
    assert_eq!(halves(pids), [pid, 0]);
    assert_eq!((nattch, rss, swap), (0, 0, 0));
    for how in [BY_INDEX, BY_INDEX_ANY] {
        assert_eq!(
            halves(old.stat(id % 32_768, how).unwrap()[0])[0],
            id.cast_unsigned()
        );
    }
    assert_eq!(old.stat(id + 1, BY_ID), Err(EINVAL));

    // shmat(2) and shmdt(2); a second attach says that the token is held.
    let (address, mapped, token) = old.attach(id, 0).unwrap();
    let _token = right(token);
    assert_eq!(mapped, 8192);
    let word = std::ptr::with_exposed_provenance_mut::<u64>(address as usize);
    // SAFETY: mapped for writing by the call, and no reference into it exists.
    unsafe { word.write_volatile(0x1234) };
    let (second, _, none) = old.attach(id, HELD).unwrap();
    assert_eq!(none, 0, "no second right to the token");
    let there = std::ptr::with_exposed_provenance::<u64>(second as usize);
    // SAFETY: as above.
    assert_eq!(unsafe { there.read_volatile() }, 0x1234);
    assert_eq!(old.stat(id, BY_ID).unwrap()[9], 2);
    old.detach(second).unwrap();
    assert_eq!(old.detach(second), Err(EINVAL));
    let segment = old.stat(id, BY_ID).unwrap();
    assert_eq!((halves(segment[8]), segment[9]), ([pid, pid], 1));

    // A fork: the ticket counts, and then the child, as long as it is there.
    let ticket = old.call(&frozen::fork(me()), &[RIGHT]).unwrap();
    let ticket = right(ticket[0][0] as Name);
    assert_eq!(old.stat(id, BY_ID).unwrap()[9], 2);
    let child = Task::create();
    let forked = frozen::fork_child(child.name(), ticket.name());
    let answer = old.call(&forked, &[RIGHT]).unwrap();
    drop(right(answer[0][0] as Name));
    assert_eq!(old.call(&forked, &[RIGHT]), Err(EINVAL), "handed in before");
    drop((child, ticket));
    super::node::wait_until("the child is gone", || old.stat(id, BY_ID).unwrap()[9] == 1);

    // shmctl(2): IPC_SET, SHM_LOCK, SHM_UNLOCK, IPC_INFO.
    old.call(&frozen::set(id, 1000, 100, 0o604), &[]).unwrap();
    let segment = old.stat(id, BY_ID).unwrap();
    assert_eq!(
        (halves(segment[1]), halves(segment[3])[0]),
        ([1000, 100], 0o604)
    );
    old.call(&frozen::lock(id, 1), &[]).unwrap();
    assert_eq!(halves(old.stat(id, BY_ID).unwrap()[3])[0], 0o2604);
    old.call(&frozen::lock(id, 0), &[]).unwrap();
    let info = old.call(&frozen::info(), &[INFO]).unwrap();
    let [shmmax, shmmin, .., last] = info[0][..] else {
        panic!("{info:?}")
    };
    assert_eq!((shmmax, shmmin), (1 << 30, 1));
    assert_eq!((info[0][5], info[0][6]), (1, 2), "one segment of two pages");
    assert_eq!(halves(last), [(id % 32_768).cast_unsigned(), 0]);

    // The table in the message, and in pages.
    let listed = old.call(&frozen::list(), &[table(1)]).unwrap();
    assert_eq!(listed[0].len(), 12);
    assert_eq!(halves(listed[0][0]), [id.cast_unsigned(), 7]);
    let more: Vec<i32> = (0..29)
        .map(|_| old.get(0, 1, CREATE | 0o600).unwrap())
        .collect();
    let listed = old.call(&frozen::list(), &[table_in_pages(30)]).unwrap();
    let pages = std::ptr::with_exposed_provenance::<[u64; 12]>(listed[0][0] as usize);
    // SAFETY: the reply brought so many, which nobody else has.
    let segments = unsafe { std::slice::from_raw_parts(pages, 30) }.to_vec();
    // SAFETY: our own pages, to which no reference is left.
    unsafe { trap::vm_deallocate(me(), listed[0][0] as _, 30 * 96) };
    let ids: Vec<i32> = segments.iter().map(|it| it[0] as i32).collect();
    assert!(
        more.iter().chain([&id]).all(|id| ids.contains(id)),
        "{ids:?}"
    );

    // shmctl(2), IPC_RMID: at the last detach.
    old.call(&frozen::remove(id), &[]).unwrap();
    assert_eq!(halves(old.stat(id, BY_ID).unwrap()[3])[0], 0o1604);
    old.detach(address).unwrap();
    assert_eq!(old.stat(id, BY_ID), Err(EINVAL));
    assert_eq!(old.call(&frozen::remove(id), &[]), Err(EINVAL));
}

/// Ids come from the port, as ever.
#[test]
fn a_client_of_version_1_is_refused_as_ever() {
    let node = Node::active(&[]);
    let id = Old::of(&node).get(5, 100, CREATE | 0o600).unwrap();
    let stranger = super::client::restricted(&node.open(), &[1000], &[1000]);
    let stranger = Old(stranger.right().try_clone().unwrap());
    let eacces = 0x4000_000d;
    assert_eq!(stranger.get(5, 0, 0o400), Err(eacces));
    assert_eq!(stranger.attach(id, 0), Err(eacces));
    assert_eq!(stranger.stat(id, BY_ID), Err(eacces));
    assert_eq!(stranger.call(&frozen::remove(id), &[]), Err(EPERM));
    assert_eq!(stranger.call(&frozen::set(id, 1000, 0, 0), &[]), Err(EPERM));
    // A port that is no task's.
    let port = ReceiveRight::allocate().unwrap();
    let send = port.make_send().unwrap();
    let forged = frozen::attach(send.name(), id, 0, 0);
    assert_eq!(Old::of(&node).call(&forged, &[]), Err(ESRCH));
}
