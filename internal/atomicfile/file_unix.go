//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// IsFull reports whether err means that nothing more can be written where the file was to go: the disk or the quota is
// full, or the file system is read-only. The next file would fail the same way.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS)
}

// Links returns how many names the file has in its file system, 1 when that is unknown. A file with more than one is
// parted from the others when it is replaced.
func Links(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Nlink)
	}
	return 1
}

// keepAccess gives f the owner, group and permission bits of old, never more than old granted.
func keepAccess(f *os.File, old fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil {
		return err
	}
	mode := old.Mode().Perm()
	want, ok1 := old.Sys().(*syscall.Stat_t)
	have, ok2 := now.Sys().(*syscall.Stat_t)
	if ok1 && ok2 && (want.Uid != have.Uid || want.Gid != have.Gid) {
		if f.Chown(int(want.Uid), int(want.Gid)) != nil && want.Gid != have.Gid && f.Chown(-1, int(want.Gid)) != nil {
			// Only the superuser may give files away. The bits of the group would now speak of another group.
			mode = mode&^0o070 | mode&0o007<<3&mode
		}
	}
	if mode == now.Mode().Perm() {
		return nil
	}
	if err := f.Chmod(mode); err != nil && !unsupported(err) {
		return err
	}
	return nil
}

// unsupported reports whether a file system does not have what was asked of it: FAT has no permission bits, some network
// file systems cannot flush a folder.
func unsupported(err error) bool {
	for _, e := range []error{syscall.EINVAL, syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.EPERM} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// syncDir flushes a folder, so that a rename in it survives a power cut. A folder that may be written but not read cannot
// be flushed; the rename then reaches the disk with the system's next write-back.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return nil
		}
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !unsupported(err) {
		return err
	}
	return nil
}

// replace renames temp onto target, whether target exists or not.
func replace(temp, target string) error { return os.Rename(temp, target) }

// placeByLink gives temp the name target unless that is taken, on systems that have no such rename: a new hard link never
// takes the place of a file.
func placeByLink(temp, target string) error {
	err := os.Link(temp, target)
	if err == nil {
		os.Remove(temp) // if that fails, a later sweep removes the second name
		return nil
	}
	if !errors.Is(err, fs.ErrExist) && (unsupported(err) || errors.Is(err, syscall.EMLINK)) {
		return placeByClaim(temp, target)
	}
	return err
}

// placeByClaim does the same on file systems without hard links, such as FAT: the name is claimed by an empty file, which
// only one process can create, and that one is then replaced. Killed in between, it leaves the empty file.
func placeByClaim(temp, target string) error {
	claim, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	claim.Close()
	if err := os.Rename(temp, target); err != nil {
		os.Remove(target)
		return err
	}
	return nil
}

// signalled reports whether a process with that number exists.
func signalled(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
