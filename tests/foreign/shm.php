<?php
// SPDX-License-Identifier: GPL-2.0-or-later
// Variables in a segment: `DO` in the environment says what to do. Fails with status 1.
const KEY = 0x5e9;

function check(bool $held, string $what): void
{
    if (!$held) {
        echo "failed: $what\n";
        exit(1);
    }
}

switch (getenv('DO')) {
    case 'put':
        $segment = shm_attach(KEY, 10000, 0600);
        check(shm_put_var($segment, 1, ['name' => 'value', 'list' => range(1, 200)]), 'put');
        check(shm_put_var($segment, 2, 'removed'), 'put a second');
        check(shm_remove_var($segment, 2), 'remove the second');
        break;
    case 'get':
        $segment = shm_attach(KEY, 10000, 0600);
        $value = shm_get_var($segment, 1);
        check($value === ['name' => 'value', 'list' => range(1, 200)], 'get');
        check(!shm_has_var($segment, 2), 'the second is gone');
        check(shm_remove($segment), 'remove');
        break;
    case 'rounds':
        for ($round = 0; $round < 300; $round++) {
            $segment = shm_attach(KEY, 10000, 0600);
            check(shm_put_var($segment, 1, $round), 'put');
            check(shm_get_var($segment, 1) === $round, 'get');
            check(shm_remove($segment), 'remove');
            shm_detach($segment);
        }
        break;
    default:
        check(false, 'DO is put, get or rounds');
}
