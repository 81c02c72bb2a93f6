// SPDX-License-Identifier: GPL-2.0-or-later
//! The rows of lsipc(1): a segment, or a limit.

use sysvshm::client::{self, ShmidDs};

use super::Wanted;
use super::columns::Field;
use super::form::Cell;
use crate::names::Names;
use crate::number::octal;
use crate::segments::{self, Segment};
use crate::{process, size};

/// The datum `field` of a segment. A user or group without a name has none.
pub fn segment(
    field: Field,
    segment: &Segment,
    wanted: &Wanted,
    time: &dyn Fn(i64) -> String,
    names: &mut Names,
) -> Cell {
    let ds = &segment.ds;
    let perm = &ds.shm_perm;
    let text = match field {
        Field::Key => format!("{:#010x}", perm.key),
        Field::Id => segment.id.to_string(),
        Field::Owner => return Some(names.user(perm.uid).to_vec()),
        Field::Perms if wanted.numeric => octal(ds.permissions()),
        Field::Perms => letters(ds.permissions()),
        Field::Cuid => perm.cuid.to_string(),
        Field::Cuser => return names.user_name(perm.cuid).map(<[u8]>::to_vec),
        Field::Cgid => perm.cgid.to_string(),
        Field::Cgroup => return names.group_name(perm.cgid).map(<[u8]>::to_vec),
        Field::Uid => perm.uid.to_string(),
        Field::User => return names.user_name(perm.uid).map(<[u8]>::to_vec),
        Field::Gid => perm.gid.to_string(),
        Field::Group => return names.group_name(perm.gid).map(<[u8]>::to_vec),
        Field::Ctime => time(ds.shm_ctime),
        Field::Size if wanted.bytes => ds.shm_segsz.to_string(),
        Field::Size => size::human(bytes(ds)),
        Field::Nattch => ds.nattch().to_string(),
        Field::Status => match (ds.is_removed(), ds.is_locked()) {
            (true, true) => "dest,locked".to_owned(),
            (true, false) => "dest".to_owned(),
            (false, true) => "locked".to_owned(),
            (false, false) => String::new(),
        },
        Field::Attach => return set(ds.shm_atime, time),
        Field::Detach => return set(ds.shm_dtime, time),
        Field::Command => return process::command(ds.shm_cpid),
        Field::Cpid => ds.shm_cpid.to_string(),
        Field::Lpid => ds.shm_lpid.to_string(),
        _ => return None,
    };
    Some(text.into_bytes())
}

fn set(seconds: i64, time: &dyn Fn(i64) -> String) -> Cell {
    (seconds != 0).then(|| time(seconds).into_bytes())
}

/// `rwxr-xr-x`, as ls(1) shows the nine bits.
fn letters(mode: u32) -> String {
    (0..9)
        .rev()
        .map(|bit| match (mode >> bit & 1, bit % 3) {
            (0, _) => '-',
            (_, 2) => 'r',
            (_, 1) => 'w',
            _ => 'x',
        })
        .collect()
}

fn bytes(ds: &ShmidDs) -> u64 {
    u64::try_from(ds.shm_segsz).unwrap_or(u64::MAX)
}

/// A row of `--global`.
pub struct Limit {
    resource: &'static str,
    description: &'static str,
    limit: String,
    /// How much of the limit is used, if it is a limit of a total.
    used: Option<(u64, u64)>,
}

impl Limit {
    /// The datum `field` of the limit; none for the fields of segments.
    pub fn cell(&self, field: Field) -> Cell {
        let text = match (field, self.used) {
            (Field::Resource, _) => self.resource.to_owned(),
            (Field::Description, _) => self.description.to_owned(),
            (Field::Limit, _) => self.limit.clone(),
            (Field::Used, Some((used, _))) => used.to_string(),
            (Field::Use, Some((used, most))) => percentage(used, most),
            (Field::Used | Field::Use, None) => "-".to_owned(),
            _ => return None,
        };
        Some(text.into_bytes())
    }
}

/// Two decimals, rounded to nearest.
fn percentage(used: u64, most: u64) -> String {
    let (used, most) = (u128::from(used), u128::from(most.max(1)));
    let hundredths = (used * 10_000 + most / 2) / most;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// The limits of shared memory, and what is used of them.
pub fn limits(in_bytes: bool) -> client::Result<Vec<Limit>> {
    let (limits, _) = client::ipc_info()?;
    let segments = segments::all()?;
    let page = u64::try_from(client::shmlba()).unwrap_or(4096);
    let total = segments
        .iter()
        .map(|segment| u128::from(bytes(&segment.ds)))
        .sum::<u128>();
    let pages = u64::try_from(total / u128::from(page)).unwrap_or(u64::MAX);
    let count = u64::try_from(segments.len()).unwrap_or(u64::MAX);
    let size = |bytes: u64| match in_bytes {
        true => bytes.to_string(),
        false => size::human(bytes),
    };
    let limit = |resource, description, limit, used| Limit {
        resource,
        description,
        limit,
        used,
    };
    Ok(vec![
        limit(
            "SHMMNI",
            "Shared memory segments",
            limits.shmmni.to_string(),
            Some((count, limits.shmmni)),
        ),
        limit(
            "SHMALL",
            "Shared memory pages",
            limits.shmall.to_string(),
            Some((pages, limits.shmall)),
        ),
        limit(
            "SHMMAX",
            "Max size of shared memory segment (bytes)",
            size(limits.shmmax),
            None,
        ),
        limit(
            "SHMMIN",
            "Min size of shared memory segment (bytes)",
            size(limits.shmmin),
            None,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_written_as_ls_does() {
        assert_eq!(letters(0o754), "rwxr-xr--");
        assert_eq!(letters(0), "---------");
    }

    #[test]
    fn percentages_have_two_decimals() {
        assert_eq!(percentage(3, 4096), "0.07%");
        assert_eq!(percentage(4096, 4096), "100.00%");
        assert_eq!(percentage(0, 0), "0.00%");
        assert_eq!(percentage(u64::MAX, u64::MAX), "100.00%");
    }
}
