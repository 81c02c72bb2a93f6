// SPDX-License-Identifier: GPL-2.0-or-later
//! Every segment of the system, by shmctl(2) alone.
//!
//! util-linux reads /proc/sysvipc/shm, which shows the segments that the caller
//! may not read as well; SHM_STAT_ANY does the same without the file.

use sysvshm::client::{self, Errno, ShmidDs};

/// A segment's id and its record.
pub struct Segment {
    /// What shmget(2) returned for it.
    pub id: i32,
    /// What IPC_STAT says of it.
    pub ds: ShmidDs,
}

/// All segments in the order of their indices.
pub fn all() -> client::Result<Vec<Segment>> {
    collect(client::stat_index_any)
}

/// The segments that the caller may read, likewise.
pub fn readable() -> client::Result<Vec<Segment>> {
    collect(client::stat_index)
}

/// One segment; `None` if no segment has the id.
pub fn by_id(id: i32) -> client::Result<Option<ShmidDs>> {
    match client::stat(id) {
        Ok(ds) => Ok(Some(ds)),
        Err(Errno::EINVAL) => Ok(None),
        Err(Errno::EACCES) => match all()?.into_iter().find(|segment| segment.id == id) {
            Some(segment) => Ok(Some(segment.ds)),
            None => Err(Errno::EACCES),
        },
        Err(error) => Err(error),
    }
}

fn collect(stat: fn(i32) -> client::Result<(i32, ShmidDs)>) -> client::Result<Vec<Segment>> {
    let (_, highest) = client::shm_info()?;
    walk(highest, stat, client::stat_index)
}

/// EINVAL is a hole in the table, or a system without SHM_STAT_ANY: until
/// `stat` has given one segment, `fallback` is asked as well. EACCES and EIDRM
/// leave a segment out.
fn walk(
    highest: i32,
    stat: fn(i32) -> client::Result<(i32, ShmidDs)>,
    fallback: fn(i32) -> client::Result<(i32, ShmidDs)>,
) -> client::Result<Vec<Segment>> {
    let mut segments = Vec::new();
    let mut works = false;
    for index in 0..=highest {
        let mut answer = stat(index);
        works |= answer.is_ok();
        if !works && answer == Err(Errno::EINVAL) {
            answer = fallback(index);
        }
        match answer {
            Ok((id, ds)) => segments.push(Segment { id, ds }),
            Err(Errno::EINVAL | Errno::EACCES | Errno::EIDRM) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(found: client::Result<Vec<Segment>>) -> client::Result<Vec<i32>> {
        Ok(found?.iter().map(|segment| segment.id).collect())
    }

    fn unknown(_: i32) -> client::Result<(i32, ShmidDs)> {
        Err(Errno::EINVAL)
    }

    fn odd_indices(index: i32) -> client::Result<(i32, ShmidDs)> {
        match index {
            3 => Err(Errno::EACCES),
            index if index % 2 == 1 => Ok((index + 32768, ShmidDs::default())),
            _ => Err(Errno::EINVAL),
        }
    }

    fn absent(_: i32) -> client::Result<(i32, ShmidDs)> {
        Err(Errno::ENOSYS)
    }

    #[test]
    fn holes_and_unreadable_segments_are_left_out() {
        assert_eq!(ids(walk(6, odd_indices, unknown)), Ok(vec![32769, 32773]));
        assert_eq!(ids(walk(0, odd_indices, unknown)), Ok(vec![]));
    }

    #[test]
    fn a_system_without_shm_stat_any_is_asked_by_shm_stat() {
        assert_eq!(ids(walk(6, unknown, odd_indices)), Ok(vec![32769, 32773]));
    }

    #[test]
    fn a_system_without_an_answer_is_an_error() {
        assert_eq!(ids(walk(6, absent, absent)), Err(Errno::ENOSYS));
    }
}
