// SPDX-License-Identifier: GPL-2.0-or-later
//! The columns of lsipc(1), in the order of util-linux, which is that of the list of `--id`.

/// The resource that a column is of. Those of [`Other`](Scope::Other) are util-linux's for
/// message queues and semaphores: known, and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Any resource.
    Generic,
    /// A segment.
    Segment,
    /// The limits of `--global`.
    Limits,
    /// Message queues or semaphores.
    Other,
}

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Which datum.
    pub field: Field,
    /// Its name in `--output` and in headings.
    pub name: &'static str,
    /// Its name in the list of `--id`.
    pub title: &'static str,
    /// Its line in `--help`.
    pub meaning: &'static str,
    /// The resource it is of.
    pub scope: Scope,
    /// Whether cells are moved to the right.
    pub right: bool,
}

macro_rules! columns {
    ($($field:ident $name:literal $scope:ident $side:ident $title:literal $meaning:literal;)*) => {
        /// The data of a row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "COLUMNS gives the meaning of each")]
        pub enum Field { $($field),* }

        /// All columns.
        pub static COLUMNS: &[Column] = &[$(Column {
            field: Field::$field,
            name: $name,
            title: $title,
            meaning: $meaning,
            scope: Scope::$scope,
            right: columns!(@ $side),
        }),*];
    };
    (@ right) => { true };
    (@ left) => { false };
}

columns! {
    Key "KEY" Generic left "Key" "Resource key";
    Id "ID" Generic left "ID" "Resource ID";
    Owner "OWNER" Generic right "Owner" "Owner's username or UID";
    Perms "PERMS" Generic right "Permissions" "Permissions";
    Cuid "CUID" Generic right "Creator UID" "Creator UID";
    Cuser "CUSER" Generic left "Creator user" "Creator user";
    Cgid "CGID" Generic right "Creator GID" "Creator GID";
    Cgroup "CGROUP" Generic left "Creator group" "Creator group";
    Uid "UID" Generic right "UID" "User ID";
    User "USER" Generic left "User name" "User name";
    Gid "GID" Generic right "GID" "Group ID";
    Group "GROUP" Generic left "Group name" "Group name";
    Ctime "CTIME" Generic right "Last change" "Time of the last change";
    Size "SIZE" Segment right "Segment size" "Segment size";
    Nattch "NATTCH" Segment right "Attached processes" "Number of attached processes";
    Status "STATUS" Segment left "Status" "Status";
    Attach "ATTACH" Segment right "Attach time" "Attach time";
    Detach "DETACH" Segment right "Detach time" "Detach time";
    Command "COMMAND" Segment left "Creator command" "Creator command line";
    Cpid "CPID" Segment right "Creator PID" "PID of the creator";
    Lpid "LPID" Segment right "Last user PID" "PID of last user";
    Usedbytes "USEDBYTES" Other right "" "";
    Msgs "MSGS" Other right "" "";
    Send "SEND" Other right "" "";
    Recv "RECV" Other right "" "";
    Lspid "LSPID" Other right "" "";
    Lrpid "LRPID" Other right "" "";
    Nsems "NSEMS" Other right "" "";
    Otime "OTIME" Other right "" "";
    Resource "RESOURCE" Limits left "Resource" "Resource name";
    Description "DESCRIPTION" Limits left "Description" "Resource description";
    Limit "LIMIT" Limits right "Limit" "System-wide limit";
    Used "USED" Limits right "Used" "Currently used";
    Use "USE%" Limits right "Use" "Currently use percentage";
}

/// The columns of a segment without `--output`, and where `--time` puts its two.
pub const SEGMENT: [Field; 11] = [
    Field::Key,
    Field::Id,
    Field::Perms,
    Field::Owner,
    Field::Size,
    Field::Nattch,
    Field::Status,
    Field::Ctime,
    Field::Cpid,
    Field::Lpid,
    Field::Command,
];
/// What `--time` adds.
pub const TIME: [Field; 2] = [Field::Attach, Field::Detach];
/// What `--creator` adds.
pub const CREATOR: [Field; 4] = [Field::Cuid, Field::Cgid, Field::Uid, Field::Gid];
/// The columns of `--global`.
pub const LIMITS: [Field; 5] = [
    Field::Resource,
    Field::Description,
    Field::Limit,
    Field::Used,
    Field::Use,
];

/// The column with this name, in either case.
pub fn named(name: &str) -> Option<&'static Column> {
    COLUMNS
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(name))
}

/// The column of a field. Every field has one.
pub fn of(field: Field) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.field == field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_either_case_and_are_unique() {
        assert_eq!(
            named("nattch").map(|column| column.field),
            Some(Field::Nattch)
        );
        assert!(named("NATT").is_none());
        for column in COLUMNS {
            assert!(std::ptr::eq(named(column.name).unwrap(), column));
            assert!(std::ptr::eq(of(column.field).unwrap(), column));
        }
    }
}
