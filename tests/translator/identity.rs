// SPDX-License-Identifier: GPL-2.0-or-later
//! Who may do what, by the ids of the open.

use super::client::{CREATE, Client, EACCES, EPERM, RDONLY, restricted};
use super::node::Node;
use super::process::{in_child, take_ids};

/// As `body` on the node opened by somebody with these ids.
fn as_user(node: &Node, uids: &[u32], gids: &[u32], body: impl FnOnce(&Client)) {
    in_child(|| {
        take_ids(uids, gids);
        body(&node.open());
    });
}

fn can_read(client: &Client, id: i32) -> bool {
    match client.attach(id, RDONLY, 0) {
        Ok(attachment) => {
            client.detach(attachment.address).unwrap();
            true
        }
        Err(error) => {
            assert_eq!(error, EACCES);
            false
        }
    }
}

fn can_write(client: &Client, id: i32) -> bool {
    match client.attach(id, 0, 0) {
        Ok(attachment) => {
            client.detach(attachment.address).unwrap();
            true
        }
        Err(error) => {
            assert_eq!(error, EACCES);
            false
        }
    }
}

/// A segment of user 1000 and group 100.
fn segment(node: &Node, mode: u32) -> i32 {
    let client = node.open();
    let id = client.get(0, 4096, CREATE | mode).unwrap();
    client.set(id, 1000, 100, mode).unwrap();
    id
}

#[test]
fn a_segment_belongs_to_the_effective_ids_of_its_creator() {
    let node = Node::active(&[]);
    as_user(&node, &[1000, 1001], &[100, 50], |client| {
        client.get(77, 4096, CREATE | 0o600).unwrap();
    });
    let list = node.open().list().unwrap();
    assert_eq!(list.len(), 1);
    let ds = list[0];
    assert_eq!((ds.uid, ds.gid, ds.cuid, ds.cgid), (1000, 100, 1000, 100));
}

#[test]
fn owner_group_and_others_have_their_own_bits() {
    let node = Node::active(&[]);
    let id = segment(&node, 0o640);
    as_user(&node, &[1000], &[1], |client| {
        assert!(can_read(client, id) && can_write(client, id));
    });
    as_user(&node, &[1001], &[100], |client| {
        assert!(can_read(client, id) && !can_write(client, id));
    });
    // Supplementary.
    as_user(&node, &[1001], &[1, 100], |client| {
        assert!(can_read(client, id) && !can_write(client, id));
    });
    as_user(&node, &[1001], &[1], |client| {
        assert!(!can_read(client, id) && !can_write(client, id));
        assert_eq!(client.stat(id).err(), Some(EACCES));
    });
    as_user(&node, &[0], &[0], |client| {
        assert!(can_read(client, id) && can_write(client, id));
    });
    // A second user id counts, as the Hurd has it; root may come second too.
    as_user(&node, &[1001, 1000], &[1], |client| {
        assert!(can_write(client, id));
    });
    as_user(&node, &[1001, 0], &[1], |client| {
        assert!(can_write(client, id))
    });
}

#[test]
fn only_owner_creator_and_root_control() {
    let node = Node::active(&[]);
    let id = segment(&node, 0o666);
    as_user(&node, &[1001], &[100], |client| {
        assert_eq!(client.remove(id), Err(EPERM));
        assert_eq!(client.set(id, 1001, 100, 0o600), Err(EPERM));
    });
    as_user(&node, &[1000], &[100], |client| {
        assert_eq!(client.set(id, 1000, 100, 0o600), Ok(()));
        assert_eq!(client.remove(id), Ok(()));
    });
}

#[test]
fn nobody_at_all_has_the_bits_of_others_and_creates_nothing() {
    let node = Node::active(&[]);
    let closed = segment(&node, 0o660);
    let open = segment(&node, 0o664);
    as_user(&node, &[], &[], |client| {
        assert!(!can_read(client, closed));
        assert!(can_read(client, open) && !can_write(client, open));
        assert_eq!(client.get(0, 4096, CREATE | 0o600), Err(EACCES));
    });
}

#[test]
fn seteuid_makes_an_open_of_another_user() {
    let node = Node::active(&[]);
    let id = segment(&node, 0o600);
    in_child(|| {
        let root = node.open();
        // SAFETY: takes plain numbers.
        assert_eq!(unsafe { libc::seteuid(1001) }, 0);
        let other = node.open();
        assert!(!can_read(&other, id));
        // An open keeps the ids it was made with.
        assert!(can_read(&root, id));
        // SAFETY: as above.
        assert_eq!(unsafe { libc::seteuid(0) }, 0);
        assert!(can_read(&node.open(), id));
    });
}

#[test]
fn a_restricted_port_has_the_rights_of_its_lists() {
    let node = Node::active(&[]);
    let id = segment(&node, 0o640);
    let root = node.open();
    assert!(can_write(&root, id));
    assert!(can_write(&restricted(&root, &[1000], &[]), id));
    let group = restricted(&root, &[1001], &[100]);
    assert!(can_read(&group, id) && !can_write(&group, id));
    assert!(!can_read(&restricted(&root, &[1001], &[]), id));
    let nobody = restricted(&root, &[], &[]);
    assert!(!can_read(&nobody, id));
    assert_eq!(nobody.remove(id), Err(EPERM));
    // It cannot be widened again.
    assert!(!can_read(&restricted(&nobody, &[1000], &[100]), id));
}
