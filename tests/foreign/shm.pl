# SPDX-License-Identifier: GPL-2.0-or-later
# perl's functions for System V shared memory, each of them and what it refuses. There are no
# modules where this runs.

my ($IPC_CREAT, $IPC_RMID, $IPC_STAT) = (01000, 0, 2);
my $text = 'hello from perl';

my $id = shmget(0, 2000, $IPC_CREAT | 0600);
defined $id or die "shmget: $!";
shmwrite($id, $text, 10, length $text) or die "shmwrite: $!";
my $back;
shmread($id, $back, 10, length $text) or die "shmread: $!";
$back eq $text or die "read '$back'";
shmread($id, $back, 1990, 100) and die "reads beyond the end";
my $stat = '';
shmctl($id, $IPC_STAT, $stat) or die "IPC_STAT: $!";
# struct shmid_ds of this system: shm_cpid, shm_lpid, shm_nattch.
my ($cpid, $lpid, $nattch) = unpack 'x64 i i S', $stat;
$cpid == $$ && $lpid == $$ or die "made by $cpid, last used by $lpid, this is $$";
$nattch == 0 or die "$nattch attachments are left";
shmctl($id, $IPC_RMID, 0) or die "IPC_RMID: $!";
shmctl($id, $IPC_STAT, $stat) and die 'a removed segment is still there';
# By its words: the number is another one on each system, and the names of numbers are a module.
shmread($id, $back, 10, 1) and die 'reads a removed segment';
"$!" eq 'Invalid argument' or die "shmread of a removed segment: $!";
