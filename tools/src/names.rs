// SPDX-License-Identifier: GPL-2.0-or-later
//! Users and groups by name, as the system's databases have them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::CStr;

/// Names looked up so far. A long table has few owners, and each look-up reads
/// the password file.
#[derive(Default)]
pub struct Names {
    users: HashMap<u32, Vec<u8>>,
    groups: HashMap<u32, Vec<u8>>,
}

impl Names {
    /// The user's name, or the number where it has none.
    pub fn user(&mut self, uid: u32) -> &[u8] {
        known(&mut self.users, uid, || {
            // SAFETY: takes any number; this program has one thread, so nothing
            // overwrites the static record while it is copied below.
            let record = unsafe { libc::getpwuid(uid) };
            // SAFETY: null or a record whose name is a C string, valid until the next call.
            unsafe {
                record
                    .as_ref()
                    .map(|record| CStr::from_ptr(record.pw_name).to_bytes().to_vec())
            }
        })
    }

    /// The group's name, or the number where it has none.
    pub fn group(&mut self, gid: u32) -> &[u8] {
        known(&mut self.groups, gid, || {
            // SAFETY: as for `user`.
            let record = unsafe { libc::getgrgid(gid) };
            // SAFETY: as for `user`.
            unsafe {
                record
                    .as_ref()
                    .map(|record| CStr::from_ptr(record.gr_name).to_bytes().to_vec())
            }
        })
    }
}

fn known(
    names: &mut HashMap<u32, Vec<u8>>,
    id: u32,
    look_up: impl FnOnce() -> Option<Vec<u8>>,
) -> &[u8] {
    match names.entry(id) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => {
            entry.insert(look_up().unwrap_or_else(|| id.to_string().into_bytes()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_without_a_name_is_shown_by_number() {
        let mut names = Names::default();
        assert_eq!(names.user(0), b"root");
        assert_eq!(names.user(4_000_000_000), b"4000000000");
        assert_eq!(names.group(4_000_000_000), b"4000000000");
    }
}
