/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of an X server's MIT-SHM extension, for the suite x11. The first
   argument says what it does; it exits with 0 if all of that held.

     xshm version              the extension is there
     xshm images               puts and gets through segments, every pixel compared
     xshm read-only            a segment attached for reading gives and takes nothing
     xshm removed before|after a segment removed before or after the server attaches
     xshm completion           the event comes when the server is done with the data
     xshm pixmap               a pixmap in a segment is seen from both sides
     xshm rounds N             N segments come and go, several at a time
     xshm stale                the server refuses ids that are no segment's
     xshm grant MODE ro|rw     the server attaches a segment of this mode
     xshm refuse MODE ro|rw    the server answers BadAccess for it
     xshm hold keep|remove     attaches, says its id, and waits for its end
     xshm survive              attaches, says its id, and outlives the server
     xshm screen ID            the server's own segment holds what is drawn
     xshm nattch ID N          waits until the segment has N attachments
     xshm gone ID              waits until there is no such segment
     xshm remove ID
     xshm speed WHAT W H       pixels a second; WHAT is put, get, shm-put, shm-get,
                               or life: a segment for each image  */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/XWDFile.h>
#include <X11/extensions/XShm.h>
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

static Display *display;
static int shm_opcode;

/* The last error that the server reported, 0 for none.  */
static int server_error;
static int server_error_request;

static int
note_error (Display *unused, XErrorEvent *event)
{
  (void) unused;
  server_error = event->error_code;
  server_error_request = event->request_code;
  return 0;
}

/* What the server answers to all that was sent so far.  */
static int
answer (void)
{
  int code;

  XSync (display, False);
  code = server_error;
  server_error = 0;
  return code;
}

static void
want (int code, const char *what)
{
  int got = answer ();

  if (got != code)
    errx (1, "%s: the server answers error %d, not %d", what, got, code);
}

static void
open_display (void)
{
  int event, error;

  display = XOpenDisplay (NULL);
  if (display == NULL)
    errx (1, "no display %s", getenv ("DISPLAY"));
  XSetErrorHandler (note_error);
  if (!XQueryExtension (display, "MIT-SHM", &shm_opcode, &event, &error))
    errx (1, "the server has no MIT-SHM");
}

/* A segment, attached by us and by the server.  */
struct shared
{
  XShmSegmentInfo info;
  size_t size;
};

static int
make_segment (size_t size, int mode)
{
  int id = shmget (IPC_PRIVATE, size, IPC_CREAT | mode);

  if (id < 0)
    err (1, "shmget of %zu bytes", size);
  return id;
}

static char *
attach (int id)
{
  void *at = shmat (id, NULL, 0);

  if (at == (void *) -1)
    err (1, "shmat");
  return at;
}

static void
remove_segment (int id)
{
  if (shmctl (id, IPC_RMID, NULL) != 0)
    err (1, "IPC_RMID");
}

static struct shmid_ds
status (int id)
{
  struct shmid_ds about;

  if (shmctl (id, IPC_STAT, &about) != 0)
    err (1, "IPC_STAT");
  return about;
}

static void
nap (void)
{
  static const struct timespec twentieth = { 0, 50000000 };

  nanosleep (&twentieth, NULL);
}

/* Ten seconds: another process dies, or the server notices.  */
enum { TRIES = 200 };

static void
await_nattch (int id, unsigned long wanted)
{
  unsigned long have = 0;
  int tries;

  for (tries = 0; tries < TRIES; tries++)
    {
      have = status (id).shm_nattch;
      if (have == wanted)
        return;
      nap ();
    }
  errx (1, "segment %d: nattch is %lu, not %lu", id, have, wanted);
}

static void
await_gone (int id)
{
  struct shmid_ds about;
  int tries;

  for (tries = 0; tries < TRIES; tries++)
    {
      if (shmctl (id, IPC_STAT, &about) != 0)
        {
          if (errno != EINVAL && errno != EIDRM)
            err (1, "IPC_STAT of a segment that is gone");
          return;
        }
      nap ();
    }
  errx (1, "segment %d is still there, nattch %lu", id,
        (unsigned long) about.shm_nattch);
}

/* The mode lets everybody in: an X server that cannot ask its socket for the
   client's user, as on the Hurd, takes every client for a stranger.  */
static struct shared
share_unremoved (size_t size, Bool read_only)
{
  struct shared it;

  it.size = size;
  it.info.shmid = make_segment (size, 0666);
  it.info.shmaddr = attach (it.info.shmid);
  it.info.readOnly = read_only;
  if (!XShmAttach (display, &it.info))
    errx (1, "XShmAttach");
  want (Success, "XShmAttach");
  return it;
}

/* Toolkits remove a segment as soon as the server has it.  */
static struct shared
share (size_t size, Bool read_only)
{
  struct shared it = share_unremoved (size, read_only);

  remove_segment (it.info.shmid);
  return it;
}

static void
unshare (struct shared *it)
{
  if (!XShmDetach (display, &it->info))
    errx (1, "XShmDetach");
  want (Success, "XShmDetach");
  if (shmdt (it->info.shmaddr) != 0)
    err (1, "shmdt");
  await_gone (it->info.shmid);
}

static unsigned long
pattern (int x, int y, unsigned seed)
{
  uint32_t n = (uint32_t) x * 2654435761u ^ (uint32_t) y * 40503u ^ seed * 97u;

  n ^= n >> 15;
  n *= 2246822519u;
  return n ^ n >> 13;
}

static unsigned long
mask_of (int depth)
{
  return depth >= 32 ? 0xffffffffu : (1ul << depth) - 1;
}

static Visual *
visual (void)
{
  return DefaultVisual (display, DefaultScreen (display));
}

static size_t
bytes_of (int depth, int width, int height)
{
  XShmSegmentInfo none = { 0 };
  XImage *image = XShmCreateImage (display, visual (), depth, ZPixmap, NULL,
                                   &none, width, height);
  size_t bytes;

  if (image == NULL)
    errx (1, "XShmCreateImage");
  bytes = (size_t) image->bytes_per_line * height;
  XDestroyImage (image);
  return bytes;
}

/* An image whose data is at offset in a segment.  */
static XImage *
image_in (struct shared *it, size_t offset, int depth, int width, int height)
{
  XImage *image = XShmCreateImage (display, visual (), depth, ZPixmap,
                                   it->info.shmaddr + offset, &it->info,
                                   width, height);

  if (image == NULL)
    errx (1, "XShmCreateImage");
  if (offset + (size_t) image->bytes_per_line * height > it->size)
    errx (1, "the image is larger than its segment");
  return image;
}

/* The data of an image in a segment is not XDestroyImage's to free.  */
static void
drop_image (XImage *image)
{
  image->data = NULL;
  XDestroyImage (image);
}

static void
fill (XImage *image, unsigned seed)
{
  unsigned long mask = mask_of (image->depth);
  int x, y;

  for (y = 0; y < image->height; y++)
    for (x = 0; x < image->width; x++)
      XPutPixel (image, x, y, pattern (x, y, seed) & mask);
}

/* The pixels of a rectangle of image, the one from left and top of the pattern.  */
static long
compare (XImage *image, int x0, int y0, int width, int height, int left, int top,
         unsigned seed, const char *what)
{
  unsigned long mask = mask_of (image->depth);
  int x, y;

  for (y = 0; y < height; y++)
    for (x = 0; x < width; x++)
      {
        unsigned long have = XGetPixel (image, x0 + x, y0 + y) & mask;
        unsigned long wanted = pattern (left + x, top + y, seed) & mask;

        if (have != wanted)
          errx (1, "%s, depth %d: pixel %d,%d is %#lx, not %#lx", what,
                image->depth, x, y, have, wanted);
      }
  return (long) width * height;
}

struct target
{
  Pixmap pixmap;
  GC gc;
};

static struct target
target (int depth, int width, int height)
{
  struct target it;

  it.pixmap = XCreatePixmap (display, DefaultRootWindow (display), width,
                             height, depth);
  it.gc = XCreateGC (display, it.pixmap, 0, NULL);
  XSetForeground (display, it.gc, 0);
  XFillRectangle (display, it.pixmap, it.gc, 0, 0, width, height);
  want (Success, "XCreatePixmap");
  return it;
}

static void
drop_target (struct target *it)
{
  XFreeGC (display, it->gc);
  XFreePixmap (display, it->pixmap);
}

/* Puts an image by its segment and gets it over the socket, by a second segment,
   and the other way round; then a rectangle of it.  */
static long
images_of (int depth, int width, int height, unsigned seed)
{
  size_t bytes = bytes_of (depth, width, height);
  /* The second image does not begin where the segment does.  */
  size_t offset = 4096 + 4;
  struct shared from = share (bytes, False);
  struct shared to = share (offset + bytes, False);
  XImage *put = image_in (&from, 0, depth, width, height);
  XImage *got = image_in (&to, offset, depth, width, height);
  struct target on = target (depth, width, height);
  long compared = 0;
  XImage *over;

  fill (put, seed);
  XShmPutImage (display, on.pixmap, on.gc, put, 0, 0, 0, 0, width, height, False);
  want (Success, "XShmPutImage");
  over = XGetImage (display, on.pixmap, 0, 0, width, height, AllPlanes, ZPixmap);
  if (over == NULL)
    errx (1, "XGetImage");
  compared += compare (over, 0, 0, width, height, 0, 0, seed,
                       "put by segment, got by socket");
  memset (to.info.shmaddr, 0x5a, to.size);
  if (!XShmGetImage (display, on.pixmap, got, 0, 0, AllPlanes))
    errx (1, "XShmGetImage");
  compared += compare (got, 0, 0, width, height, 0, 0, seed,
                       "put by segment, got by segment");
  for (size_t n = 0; n < offset; n++)
    if (to.info.shmaddr[n] != 0x5a)
      errx (1, "XShmGetImage wrote before its offset, at byte %zu", n);

  /* The other way round, so that nothing that was there before can be read.  */
  fill (over, seed + 1);
  XPutImage (display, on.pixmap, on.gc, over, 0, 0, 0, 0, width, height);
  memset (to.info.shmaddr, 0, to.size);
  if (!XShmGetImage (display, on.pixmap, got, 0, 0, AllPlanes))
    errx (1, "XShmGetImage");
  compared += compare (got, 0, 0, width, height, 0, 0, seed + 1,
                       "put by socket, got by segment");
  XDestroyImage (over);

  if (width > 4 && height > 4)
    {
      int part_width = width / 2, part_height = height / 2;

      /* From 1,2 of the old pattern to 2,1; around it the new one stays.  */
      XShmPutImage (display, on.pixmap, on.gc, put, 1, 2, 2, 1, part_width,
                    part_height, False);
      want (Success, "XShmPutImage of a part");
      over = XGetImage (display, on.pixmap, 0, 0, width, height, AllPlanes,
                        ZPixmap);
      if (over == NULL)
        errx (1, "XGetImage");
      compared += compare (over, 2, 1, part_width, part_height, 1, 2, seed,
                           "a part put by segment");
      compared += compare (over, 0, 0, width, 1, 0, 0, seed + 1,
                           "above the part");
      compared += compare (over, 0, 0, 2, height, 0, 0, seed + 1,
                           "left of the part");
      compared += compare (over, part_width + 2, 0, width - part_width - 2, height,
                           part_width + 2, 0, seed + 1, "right of the part");
      compared += compare (over, 0, part_height + 1, width,
                           height - part_height - 1, 0, part_height + 1,
                           seed + 1, "below the part");
      XDestroyImage (over);
    }

  /* More than the segment holds.  */
  put->height *= 2;
  XShmPutImage (display, on.pixmap, on.gc, put, 0, 0, 0, 0, width, height * 2,
                False);
  want (BadValue, "an image beyond the end of its segment");
  put->height /= 2;

  drop_target (&on);
  drop_image (put);
  drop_image (got);
  unshare (&from);
  unshare (&to);
  return compared;
}

static int
images (void)
{
  static const int depths[] = { 8, 16, 24, 32 };
  static const int sizes[][2]
    = { { 1, 1 }, { 7, 5 }, { 64, 64 }, { 333, 77 }, { 640, 480 } };
  long compared = 0;

  for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
      compared += images_of (depths[d], sizes[s][0], sizes[s][1], 10 * d + s);
  printf ("compared %ld pixels\n", compared);
  return 0;
}

static int
read_only (void)
{
  enum { WIDTH = 100, HEIGHT = 60 };
  size_t bytes = bytes_of (24, WIDTH, HEIGHT);
  struct shared it = share (bytes, True);
  XImage *image = image_in (&it, 0, 24, WIDTH, HEIGHT);
  struct target on = target (24, WIDTH, HEIGHT);
  XShmSegmentInfo again = it.info;
  XImage *got;

  fill (image, 3);
  XShmPutImage (display, on.pixmap, on.gc, image, 0, 0, 0, 0, WIDTH, HEIGHT, False);
  want (Success, "XShmPutImage from a read-only segment");
  got = XGetImage (display, on.pixmap, 0, 0, WIDTH, HEIGHT, AllPlanes, ZPixmap);
  if (got == NULL)
    errx (1, "XGetImage");
  compare (got, 0, 0, WIDTH, HEIGHT, 0, 0, 3, "put from a read-only segment");
  XDestroyImage (got);

  /* What the client writes later is seen as well.  */
  fill (image, 4);
  XShmPutImage (display, on.pixmap, on.gc, image, 0, 0, 0, 0, WIDTH, HEIGHT, False);
  got = XGetImage (display, on.pixmap, 0, 0, WIDTH, HEIGHT, AllPlanes, ZPixmap);
  compare (got, 0, 0, WIDTH, HEIGHT, 0, 0, 4, "written after the attach");
  XDestroyImage (got);

  fill (image, 5);
  /* libX11 keeps BadAccess in answer to a question from the error handler.  */
  if (XShmGetImage (display, on.pixmap, image, 0, 0, AllPlanes))
    errx (1, "XShmGetImage to a read-only segment succeeds");
  compare (image, 0, 0, WIDTH, HEIGHT, 0, 0, 5, "after a refused get");
  again.readOnly = False;
  XShmAttach (display, &again);
  want (BadAccess, "XShmAttach for writing of what is attached for reading");
  await_nattch (it.info.shmid, 2);

  drop_target (&on);
  drop_image (image);
  unshare (&it);
  return 0;
}

static int
removed (const char *when)
{
  enum { WIDTH = 320, HEIGHT = 200 };
  int before = strcmp (when, "before") == 0;
  size_t bytes = bytes_of (24, WIDTH, HEIGHT);
  struct target on = target (24, WIDTH, HEIGHT);
  struct shared it;
  XImage *image, *got;

  it.size = bytes;
  it.info.shmid = make_segment (bytes, 0666);
  it.info.shmaddr = attach (it.info.shmid);
  it.info.readOnly = False;
  if (before)
    remove_segment (it.info.shmid);
  XShmAttach (display, &it.info);
  want (Success, "XShmAttach");
  if (!before)
    remove_segment (it.info.shmid);
  if (status (it.info.shmid).shm_nattch != 2)
    errx (1, "nattch is %lu, not 2",
          (unsigned long) status (it.info.shmid).shm_nattch);
  if (!(status (it.info.shmid).shm_perm.mode & SHM_DEST))
    errx (1, "the segment is not marked as removed");

  image = image_in (&it, 0, 24, WIDTH, HEIGHT);
  fill (image, 6);
  XShmPutImage (display, on.pixmap, on.gc, image, 0, 0, 0, 0, WIDTH, HEIGHT, False);
  want (Success, "XShmPutImage");
  got = XGetImage (display, on.pixmap, 0, 0, WIDTH, HEIGHT, AllPlanes, ZPixmap);
  if (got == NULL)
    errx (1, "XGetImage");
  compare (got, 0, 0, WIDTH, HEIGHT, 0, 0, 6, "from a removed segment");
  XDestroyImage (got);
  drop_image (image);
  drop_target (&on);

  /* The server's attachment alone keeps it.  */
  if (shmdt (it.info.shmaddr) != 0)
    err (1, "shmdt");
  await_nattch (it.info.shmid, 1);
  XShmDetach (display, &it.info);
  want (Success, "XShmDetach");
  await_gone (it.info.shmid);
  return 0;
}

static int
completion (void)
{
  enum { WIDTH = 640, HEIGHT = 480, ROUNDS = 50 };
  int type = XShmGetEventBase (display) + ShmCompletion;
  size_t bytes = bytes_of (24, WIDTH, HEIGHT);
  struct shared it = share (2 * bytes, False);
  struct target on = target (24, WIDTH, HEIGHT);
  XImage *image = image_in (&it, bytes, 24, WIDTH, HEIGHT);

  for (unsigned round = 0; round < ROUNDS; round++)
    {
      XEvent event;
      XShmCompletionEvent *done = (XShmCompletionEvent *) &event;
      XImage *got;
      int x = round % 7, y = round % 5;

      fill (image, round);
      XShmPutImage (display, on.pixmap, on.gc, image, 0, 0, 0, 0, WIDTH, HEIGHT,
                    True);
      XNextEvent (display, &event);
      if (event.type != type)
        errx (1, "event %d came, not %d", event.type, type);
      if (done->drawable != on.pixmap || done->shmseg != it.info.shmseg
          || done->offset != bytes || done->major_code != shm_opcode)
        errx (1, "the event is about another image");
      /* From here on the data is the client's again.  */
      memset (image->data, 0, bytes);
      got = XGetImage (display, on.pixmap, x, y, 20, 20, AllPlanes, ZPixmap);
      if (got == NULL)
        errx (1, "XGetImage");
      compare (got, 0, 0, 20, 20, x, y, round, "overwritten after completion");
      XDestroyImage (got);
    }
  if (XPending (display) != 0)
    errx (1, "more events than images");
  drop_target (&on);
  drop_image (image);
  unshare (&it);
  return 0;
}

static int
pixmap (void)
{
  enum { WIDTH = 128, HEIGHT = 96 };
  int major, minor;
  Bool pixmaps;
  size_t bytes = bytes_of (24, WIDTH, HEIGHT);
  struct shared it = share (bytes, False);
  struct target on = target (24, WIDTH, HEIGHT);
  XImage *image = image_in (&it, 0, 24, WIDTH, HEIGHT);
  XImage *got;
  Pixmap shared;
  int x, y;

  XShmQueryVersion (display, &major, &minor, &pixmaps);
  if (!pixmaps)
    errx (1, "the server has no shared pixmaps");
  if (XShmPixmapFormat (display) != ZPixmap)
    errx (1, "the format of shared pixmaps is %d", XShmPixmapFormat (display));
  shared = XShmCreatePixmap (display, DefaultRootWindow (display),
                             it.info.shmaddr, &it.info, WIDTH, HEIGHT, 24);
  want (Success, "XShmCreatePixmap");

  /* The client writes, and the server reads.  */
  fill (image, 8);
  XCopyArea (display, shared, on.pixmap, on.gc, 0, 0, WIDTH, HEIGHT, 0, 0);
  got = XGetImage (display, on.pixmap, 0, 0, WIDTH, HEIGHT, AllPlanes, ZPixmap);
  if (got == NULL)
    errx (1, "XGetImage");
  compare (got, 0, 0, WIDTH, HEIGHT, 0, 0, 8, "copied from a shared pixmap");
  XDestroyImage (got);

  /* The server draws, and the client reads.  */
  XSetForeground (display, on.gc, 0x123456);
  XFillRectangle (display, shared, on.gc, 10, 20, 30, 40);
  want (Success, "XFillRectangle");
  for (y = 0; y < HEIGHT; y++)
    for (x = 0; x < WIDTH; x++)
      {
        int inside = x >= 10 && x < 40 && y >= 20 && y < 60;
        unsigned long wanted
          = inside ? 0x123456 : pattern (x, y, 8) & mask_of (24);

        if ((XGetPixel (image, x, y) & mask_of (24)) != wanted)
          errx (1, "drawn by the server: pixel %d,%d is %#lx, not %#lx", x, y,
                XGetPixel (image, x, y), wanted);
      }

  /* The pixmap holds on to the segment although the client let it go.  */
  XShmDetach (display, &it.info);
  want (Success, "XShmDetach");
  await_nattch (it.info.shmid, 2);
  XFreePixmap (display, shared);
  want (Success, "XFreePixmap");
  await_nattch (it.info.shmid, 1);
  drop_target (&on);
  drop_image (image);
  if (shmdt (it.info.shmaddr) != 0)
    err (1, "shmdt");
  await_gone (it.info.shmid);
  return 0;
}

static int
rounds (int count)
{
  enum { AT_ONCE = 16, WIDTH = 50, HEIGHT = 40 };
  size_t bytes = bytes_of (24, WIDTH, HEIGHT);
  struct target on = target (24, WIDTH, HEIGHT);
  struct shared it[AT_ONCE];
  int n;

  for (n = 0; n < count + AT_ONCE; n++)
    {
      struct shared *slot = &it[n % AT_ONCE];
      XImage *image, *got;

      if (n >= AT_ONCE)
        unshare (slot);
      if (n >= count)
        continue;
      *slot = share (bytes, n % 3 == 0);
      image = image_in (slot, 0, 24, WIDTH, HEIGHT);
      fill (image, n);
      XShmPutImage (display, on.pixmap, on.gc, image, 0, 0, 0, 0, WIDTH, HEIGHT,
                    False);
      got = XGetImage (display, on.pixmap, 0, 0, WIDTH, HEIGHT, AllPlanes, ZPixmap);
      if (got == NULL)
        errx (1, "XGetImage");
      compare (got, 0, 0, WIDTH, HEIGHT, 0, 0, n, "one of many segments");
      XDestroyImage (got);
      drop_image (image);
    }
  drop_target (&on);
  return 0;
}

static int
stale (void)
{
  int id = make_segment (4096, 0666);
  int bad[] = { -1, 0x7fffffff, 0 };
  XShmSegmentInfo info = { 0 };

  remove_segment (id);
  bad[2] = id;
  for (size_t n = 0; n < sizeof bad / sizeof *bad; n++)
    {
      info.shmid = bad[n];
      XShmAttach (display, &info);
      want (BadAccess, "XShmAttach of what is no segment");
    }
  return 0;
}

/* Whether the server attaches a segment of ours of this mode.  */
static int
attaches (const char *mode, const char *access)
{
  XShmSegmentInfo info = { 0 };
  char *end;
  long bits = strtol (mode, &end, 8);
  int error;

  if (*end != '\0' || end == mode)
    errx (2, "%s: not a mode", mode);
  info.shmid = make_segment (4096, (int) bits);
  info.shmaddr = attach (info.shmid);
  info.readOnly = strcmp (access, "ro") == 0;
  XShmAttach (display, &info);
  error = answer ();
  if (error != Success && error != BadAccess)
    errx (1, "the server answers error %d", error);
  if (error == BadAccess && server_error_request != shm_opcode)
    errx (1, "another request was refused");
  await_nattch (info.shmid, error == Success ? 2 : 1);
  if (error == Success)
    XShmDetach (display, &info);
  /* Refused or not, the server goes on.  */
  want (Success, "XShmDetach");
  await_nattch (info.shmid, 1);
  remove_segment (info.shmid);
  if (shmdt (info.shmaddr) != 0)
    err (1, "shmdt");
  await_gone (info.shmid);
  return error == Success;
}

/* Attaches a segment and says its id in one line.  */
static struct shared
announce (int and_remove)
{
  struct shared it;

  it.size = 65536;
  it.info.shmid = make_segment (it.size, 0666);
  it.info.shmaddr = attach (it.info.shmid);
  it.info.readOnly = False;
  memset (it.info.shmaddr, 0x33, it.size);
  XShmAttach (display, &it.info);
  want (Success, "XShmAttach");
  if (and_remove)
    remove_segment (it.info.shmid);
  printf ("%d\n", it.info.shmid);
  fflush (stdout);
  return it;
}

static _Noreturn void
hold (const char *what)
{
  announce (strcmp (what, "remove") == 0);
  for (;;)
    pause ();
}

static struct shared survived;

static int
server_died (Display *unused)
{
  (void) unused;
  await_nattch (survived.info.shmid, 1);
  for (size_t n = 0; n < survived.size; n++)
    if (survived.info.shmaddr[n] != 0x33)
      errx (1, "byte %zu of the segment is lost", n);
  if (shmdt (survived.info.shmaddr) != 0)
    err (1, "shmdt");
  await_nattch (survived.info.shmid, 0);
  remove_segment (survived.info.shmid);
  await_gone (survived.info.shmid);
  _exit (0);
}

static _Noreturn void
survive (void)
{
  XEvent event;

  survived = announce (0);
  XSetIOErrorHandler (server_died);
  for (;;)
    XNextEvent (display, &event);
}

/* An Xvfb with -shmem has its frame buffer in a segment, behind a header.  */
static int
screen (int id)
{
  XWDFileHeader *header;
  char *memory = shmat (id, NULL, SHM_RDONLY);
  Window root = DefaultRootWindow (display);
  GC gc = DefaultGC (display, DefaultScreen (display));
  int width = DisplayWidth (display, DefaultScreen (display));
  int height = DisplayHeight (display, DefaultScreen (display));
  struct shared it;
  XImage *image;
  uint32_t row;
  char *pixels;
  int x, y;

  if (memory == (char *) -1)
    err (1, "shmat of the screen");
  header = (XWDFileHeader *) memory;
  if (ntohl (header->pixmap_width) != (uint32_t) width
      || ntohl (header->pixmap_height) != (uint32_t) height
      || ntohl (header->bits_per_pixel) != 32)
    errx (1, "the header is not that of the screen");
  await_nattch (id, 2);
  it = share (bytes_of (24, width, height), False);
  image = image_in (&it, 0, 24, width, height);
  fill (image, 9);
  /* Nothing may cover the root window, and no clip cut it.  */
  XSetSubwindowMode (display, gc, IncludeInferiors);
  XShmPutImage (display, root, gc, image, 0, 0, 0, 0, width, height, False);
  want (Success, "XShmPutImage to the root window");
  row = ntohl (header->bytes_per_line);
  pixels = memory + ntohl (header->header_size)
           + ntohl (header->ncolors) * sizeof (XWDColor);
  for (y = 0; y < height; y++)
    for (x = 0; x < width; x++)
      {
        uint32_t have = ((uint32_t *) (pixels + (size_t) row * y))[x] & 0xffffff;
        unsigned long wanted = pattern (x, y, 9) & 0xffffff;

        if (have != wanted)
          errx (1, "pixel %d,%d of the screen is %#x, not %#lx", x, y, have, wanted);
      }
  drop_image (image);
  unshare (&it);
  if (shmdt (memory) != 0)
    err (1, "shmdt");
  await_nattch (id, 1);
  printf ("compared %d pixels\n", width * height);
  return 0;
}

static double
now (void)
{
  struct timespec at;

  clock_gettime (CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static XImage *
plain_image (int width, int height)
{
  char *data = calloc ((size_t) width * height, 4);
  XImage *image = XCreateImage (display, visual (), 24, ZPixmap, 0, data, width,
                                height, 32, 0);

  if (data == NULL || image == NULL)
    errx (1, "XCreateImage");
  return image;
}

/* At least a second of images, each complete before the next begins.  The
   segment is removed last: the incumbent loses the content of a removed one.  */
static int
speed (const char *what, int width, int height)
{
  struct target on = target (24, width, height);
  size_t bytes = bytes_of (24, width, height);
  int by_segment = strncmp (what, "shm-", 4) == 0;
  struct shared it = { 0 };
  XImage *image = NULL;
  double began, took;
  long count = 0;

  if (by_segment)
    {
      it = share_unremoved (bytes, False);
      image = image_in (&it, 0, 24, width, height);
    }
  else
    image = plain_image (width, height);
  fill (image, 1);
  began = now ();
  do
    {
      if (strcmp (what, "shm-put") == 0)
        XShmPutImage (display, on.pixmap, on.gc, image, 0, 0, 0, 0, width,
                      height, False);
      else if (strcmp (what, "put") == 0)
        XPutImage (display, on.pixmap, on.gc, image, 0, 0, 0, 0, width, height);
      else if (strcmp (what, "shm-get") == 0)
        {
          if (!XShmGetImage (display, on.pixmap, image, 0, 0, AllPlanes))
            errx (1, "XShmGetImage");
        }
      else if (strcmp (what, "get") == 0)
        {
          XImage *got = XGetImage (display, on.pixmap, 0, 0, width, height,
                                   AllPlanes, ZPixmap);

          if (got == NULL)
            errx (1, "XGetImage");
          XDestroyImage (got);
        }
      else if (strcmp (what, "life") == 0)
        {
          struct shared one;
          XImage *inside;

          one.size = bytes;
          one.info.shmid = make_segment (bytes, 0666);
          one.info.shmaddr = attach (one.info.shmid);
          one.info.readOnly = False;
          XShmAttach (display, &one.info);
          inside = image_in (&one, 0, 24, width, height);
          memcpy (inside->data, image->data, bytes);
          XShmPutImage (display, on.pixmap, on.gc, inside, 0, 0, 0, 0, width,
                        height, False);
          XShmDetach (display, &one.info);
          XSync (display, False);
          drop_image (inside);
          if (shmdt (one.info.shmaddr) != 0)
            err (1, "shmdt");
          remove_segment (one.info.shmid);
        }
      else
        errx (2, "%s: not a kind of speed", what);
      XSync (display, False);
      count++;
      took = now () - began;
    }
  while (took < 1);
  want (Success, what);
  printf ("%.0f\n", count * (double) width * height / took);
  drop_target (&on);
  if (by_segment)
    {
      drop_image (image);
      XShmDetach (display, &it.info);
      want (Success, "XShmDetach");
      if (shmdt (it.info.shmaddr) != 0)
        err (1, "shmdt");
      remove_segment (it.info.shmid);
    }
  else
    XDestroyImage (image);
  return 0;
}

static int
number (const char *text)
{
  char *end;
  long value = strtol (text, &end, 10);

  if (end == text || *end != '\0' || value < -0x7fffffff || value > 0x7fffffff)
    errx (2, "%s: not a number", text);
  return (int) value;
}

static int
is (int argc, char **argv, const char *name, int arguments)
{
  return strcmp (argv[1], name) == 0 && argc == 2 + arguments;
}

int
main (int argc, char **argv)
{
  if (argc < 2)
    errx (2, "usage: xshm WHAT ARGUMENT...");
  if (is (argc, argv, "nattch", 2))
    return await_nattch (number (argv[2]), (unsigned long) number (argv[3])), 0;
  if (is (argc, argv, "gone", 1))
    return await_gone (number (argv[2])), 0;
  if (is (argc, argv, "remove", 1))
    return remove_segment (number (argv[2])), 0;

  open_display ();
  if (is (argc, argv, "version", 0))
    {
      int major, minor;
      Bool pixmaps;

      if (!XShmQueryVersion (display, &major, &minor, &pixmaps))
        errx (1, "XShmQueryVersion");
      printf ("%s %d, MIT-SHM %d.%d, shared pixmaps: %s\n",
              ServerVendor (display), VendorRelease (display), major, minor,
              pixmaps ? "yes" : "no");
      return 0;
    }
  if (is (argc, argv, "images", 0))
    return images ();
  if (is (argc, argv, "read-only", 0))
    return read_only ();
  if (is (argc, argv, "removed", 1))
    return removed (argv[2]);
  if (is (argc, argv, "completion", 0))
    return completion ();
  if (is (argc, argv, "pixmap", 0))
    return pixmap ();
  if (is (argc, argv, "rounds", 1))
    return rounds (number (argv[2]));
  if (is (argc, argv, "stale", 0))
    return stale ();
  if (is (argc, argv, "grant", 2))
    return attaches (argv[2], argv[3]) ? 0 : 1;
  if (is (argc, argv, "refuse", 2))
    return attaches (argv[2], argv[3]) ? 1 : 0;
  if (is (argc, argv, "hold", 1))
    hold (argv[2]);
  if (is (argc, argv, "survive", 0))
    survive ();
  if (is (argc, argv, "screen", 1))
    return screen (number (argv[2]));
  if (is (argc, argv, "speed", 3))
    return speed (argv[2], number (argv[3]), number (argv[4]));
  errx (2, "%s: not understood", argv[1]);
}
