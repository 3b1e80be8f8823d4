package meta

// The tags that are handled by name (TIFF 6.0; CIPA DC-008, EXIF 3.0, 4.6).
const (
	tagImageWidth   = 0x0100
	tagImageLength  = 0x0101
	tagArtist       = 0x013B
	tagCopyright    = 0x8298
	tagExifIFD      = 0x8769
	tagGPSIFD       = 0x8825
	tagPixelX       = 0xA002
	tagPixelY       = 0xA003
	tagColourSpace  = 0xA001
	tagPhotographer = 0xA437
	tagXPAuthor     = 0x9C9D // Windows: UTF-16
)

// safeFirst are the entries of the first directory that Safe keeps: what somebody wrote about the picture, what it was
// made with, when. Not the name of the computer (0x013C), the document (0x010D) or anything private.
var safeFirst = tagSet(
	0x010E, 0x010F, 0x0110, tagOrientation, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, tagArtist, 0x013E, 0x013F,
	0x4746, 0x4749, tagCopyright, 0x9C9B, 0x9C9C, tagXPAuthor, 0x9C9E, 0x9C9F,
)

// safeExif are the entries of the Exif directory that Safe keeps: exposure, dates, lens, descriptions. Not maker notes
// (0x927C), unique numbers (0xA420), owner (0xA430), serial numbers (0xA431, 0xA435), what the surroundings were like
// (0x9400 to 0x9405: pressure tells the altitude), or positions in pixels of the original (0x9214, 0xA20E to 0xA214).
var safeExif = tagSet(
	0x829A, 0x829D, 0x8822, 0x8824, 0x8827, 0x8830, 0x8831, 0x8832, 0x8833, 0x8834, 0x8835, 0x9000, 0x9003, 0x9004,
	0x9010, 0x9011, 0x9012, 0x9101, 0x9201, 0x9202, 0x9203, 0x9204, 0x9205, 0x9206, 0x9207, 0x9208, 0x9209,
	0x920A, 0x9286, 0x9290, 0x9291, 0x9292, 0xA000, tagColourSpace, tagPixelX, tagPixelY, 0xA20B, 0xA215, 0xA217,
	0xA300, 0xA301, 0xA401, 0xA402, 0xA403, 0xA404, 0xA405, 0xA406, 0xA407, 0xA408, 0xA409, 0xA40A, 0xA40C, 0xA432,
	0xA433, 0xA434, 0xA436, tagPhotographer, 0xA438, 0xA460, 0xA500,
)

func tagSet(tags ...uint16) map[uint16]bool {
	set := make(map[uint16]bool, len(tags))
	for _, tag := range tags {
		set[tag] = true
	}
	return set
}

// keepsTag says whether a policy keeps an entry of the directory that the tag sub points to; 0 is the first one.
func keepsTag(p Policy, sub, tag uint16) bool {
	switch p {
	case All:
		return true
	case Safe:
		return sub == 0 && safeFirst[tag] || sub == tagExifIFD && safeExif[tag]
	case Copyright:
		return sub == 0 && (tag == tagArtist || tag == tagCopyright || tag == tagXPAuthor) ||
			sub == tagExifIFD && tag == tagPhotographer
	}
	return false
}

// describesPixels says whether an entry of a TIFF file's first directory is about how that file stores its pixels, or
// carries a block that is taken from there by other ways.
func describesPixels(tag uint16) bool {
	switch {
	case tag >= 0x00FE && tag <= 0x0109, tag >= 0x0111 && tag <= 0x0119, tag == 0x011C, tag >= 0x0120 && tag <= 0x0125,
		tag >= 0x013D && tag <= 0x0159 && tag != 0x013E && tag != 0x013F, tag >= 0x0200 && tag <= 0x0214,
		tag == 0x02BC, tag == 0x83BB, tag == 0x8649, tag == 0x8773, tag == 0x014A:
		return true
	}
	return false
}
