from pathlib import Path

import pytest

from storage.place import network_file_system

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:40 / /home rw shared:2 - nfs4 server:/home rw,vers=4.2
24 23 8:2 / /home/ada/local\\040disk rw - xfs /dev/sdb1 rw
25 22 0:41 / /mnt/share rw shared:3 master:1 - fuse.sshfs me@host: rw
26 22 0:42 / /mnt/archive rw - fuse.squashfuse archive ro
27 22 0:43 / /mnt/over rw - ext4 /dev/sdc1 rw
28 22 0:44 / /mnt/over rw - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/registry.db", None),
        ("/home/ada/registry.db", "nfs4"),
        ("/home/ada/local disk/registry.db", None),
        ("/homes/registry.db", None),
        ("/mnt/share/registry.db", "fuse.sshfs"),
        ("/mnt/archive/registry.db", None),
        ("/mnt/over/registry.db", "cifs"),
    ],
)
def test_the_deepest_and_latest_mount_decides(path: str, kind: str | None):
    assert network_file_system(Path(path), MOUNTS) == kind


def test_without_a_table_of_mounts_nothing_is_known():
    assert network_file_system(Path("/home/ada/registry.db"), "") is None
