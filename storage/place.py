"""Whether a folder is a place where SQLite's write-ahead log is safe."""

from pathlib import Path, PurePosixPath

# The log's index is shared memory, which the machines that mount these do not share.
_NETWORK = frozenset(
    "nfs nfs3 nfs4 cifs smb smb2 smb3 smbfs lustre beegfs beegfs_nodev gpfs ceph afs glusterfs "
    "9p ncpfs ocfs2 gfs2 pvfs2 orangefs panfs wekafs daos".split()
)
_NETWORK_FUSE = frozenset(
    "sshfs glusterfs ceph ceph-fuse rclone s3fs gcsfuse goofys mfs moosefs juicefs beegfs "
    "davfs davfs2 smbnetfs cernvmfs".split()
)


def network_file_system(path: Path, mountinfo: str) -> str | None:
    """The kind of network file system that a path lies on.

    Args:
        path: absolute, links resolved; it need not exist.
        mountinfo: the text of ``/proc/self/mountinfo``; see ``man 5 proc``.

    Returns:
        The kind, as in ``nfs4`` or ``fuse.sshfs``; None on a local disk.
    """
    deepest, kind = -1, ""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        point = PurePosixPath(_unescape(before.split(" ")[4]))
        # Of two mounts at one place the later hides the earlier.
        if path.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), after.split(" ")[0]
    family, _, driver = kind.partition(".")
    is_network = kind in _NETWORK or (family == "fuse" and driver in _NETWORK_FUSE)
    return kind if is_network else None


def _unescape(point: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, character)
    return point
