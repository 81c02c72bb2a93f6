// SPDX-License-Identifier: GPL-2.0-or-later
//! Users and groups by name, as the system's databases have them.

use std::collections::BTreeMap;
use std::ffi::CStr;

/// Names looked up so far. A long table has few owners, and each look-up reads
/// the password file. No hash table: on the Hurd its seed wants /dev/urandom, which a chroot need
/// not have.
#[derive(Default)]
pub struct Names {
    users: BTreeMap<u32, Found>,
    groups: BTreeMap<u32, Found>,
}

/// The answer of a database.
struct Found {
    name: Option<Vec<u8>>,
    /// The name, or the number in decimal.
    shown: Vec<u8>,
}

impl Names {
    /// The user's name, or the number where it has none.
    pub fn user(&mut self, uid: u32) -> &[u8] {
        &found(&mut self.users, uid, user).shown
    }

    /// The user's name, if it has one.
    pub fn user_name(&mut self, uid: u32) -> Option<&[u8]> {
        found(&mut self.users, uid, user).name.as_deref()
    }

    /// The group's name, or the number where it has none.
    pub fn group(&mut self, gid: u32) -> &[u8] {
        &found(&mut self.groups, gid, group).shown
    }

    /// The group's name, if it has one.
    pub fn group_name(&mut self, gid: u32) -> Option<&[u8]> {
        found(&mut self.groups, gid, group).name.as_deref()
    }
}

fn found(known: &mut BTreeMap<u32, Found>, id: u32, look_up: fn(u32) -> Option<Vec<u8>>) -> &Found {
    known.entry(id).or_insert_with(|| {
        let name = look_up(id);
        let shown = name.clone().unwrap_or_else(|| id.to_string().into_bytes());
        Found { name, shown }
    })
}

fn user(uid: u32) -> Option<Vec<u8>> {
    // SAFETY: takes any number; this program has one thread, so nothing
    // overwrites the static record while it is copied below.
    let record = unsafe { libc::getpwuid(uid) };
    // SAFETY: null or a record whose name is a C string, valid until the next call.
    unsafe {
        record
            .as_ref()
            .map(|record| CStr::from_ptr(record.pw_name).to_bytes().to_vec())
    }
}

fn group(gid: u32) -> Option<Vec<u8>> {
    // SAFETY: as for `user`.
    let record = unsafe { libc::getgrgid(gid) };
    // SAFETY: as for `user`.
    unsafe {
        record
            .as_ref()
            .map(|record| CStr::from_ptr(record.gr_name).to_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_without_a_name_is_shown_by_number() {
        let mut names = Names::default();
        assert_eq!(names.user(0), b"root");
        assert_eq!(names.user_name(0), Some(&b"root"[..]));
        assert_eq!(names.user(4_000_000_000), b"4000000000");
        assert_eq!(names.user_name(4_000_000_000), None);
        assert_eq!(names.group(4_000_000_000), b"4000000000");
        assert_eq!(names.group_name(4_000_000_000), None);
    }
}
