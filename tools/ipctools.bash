# SPDX-License-Identifier: GPL-2.0-or-later
# Completion in bash(1) for ipcs, lsipc, ipcrm and ipcmk. The options are read from the tool's own
# --help.

_ipctools()
{
    local tool=${1##*/} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local words before=
    case $tool:$prev in
    ipcs:-i | ipcs:--id | lsipc:-i | lsipc:--id | ipcrm:-m | ipcrm:--shmem-id | ipcrm:shm)
        words=$(lsipc -m -r --noheadings -o ID 2>/dev/null)
        ;;
    ipcrm:-M | ipcrm:--shmem-key)
        words=$(lsipc -m -r --noheadings -o KEY 2>/dev/null | grep -v '^0x00000000$')
        ;;
    lsipc:-o | lsipc:--output)
        # The last of a list.
        case $cur in
        *,*) before=${cur%,*}, ;;
        +*) before=+ ;;
        esac
        words=$("$1" --help 2>/dev/null | sed -n 's/^  *\([A-Z%][A-Z%]*\)  .*/\1/p')
        ;;
    lsipc:--time-format)
        words='short full iso'
        ;;
    *)
        [[ $cur == -* ]] || return 0
        words=$("$1" --help 2>/dev/null |
            sed -n 's/^ *\(-[[:alpha:]]\), \(--[a-z-]*\).*/\1 \2/p; s/^ *\(--[a-z-]*\).*/\1/p')
        ;;
    esac
    local IFS=$' \t\n'
    # shellcheck disable=SC2207 # No word has a blank or a pattern in it.
    COMPREPLY=($(compgen -P "$before" -W "$words" -- "${cur#"$before"}"))
}

complete -F _ipctools ipcs lsipc ipcrm ipcmk
