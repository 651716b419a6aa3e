#!/bin/bash
# Runs in a container of the node image that has no images yet: imports them as containerd will find them, and packs what
# that gave as a layer. The images' content goes to /kind/layers, which all nodes of a host share, with links from where
# containerd looks for it: kind copies /var for each node.
set -o errexit -o nounset -o pipefail
images=$1
layer=$2
mkdir -p /var/lib/containerd
mount -t tmpfs -o size=4g tmpfs /var/lib/containerd
containerd --log-level error > /tmp/containerd.log 2>&1 &
containerd=$!
for _ in $(seq 100); do
  if ctr version > /dev/null 2>&1; then break; fi
  sleep 0.1
done
ctr --namespace k8s.io images import "$images" > /dev/null || {
  cat /tmp/containerd.log >&2
  exit 1
}
# What is unpacked need not be kept packed as well.
blobs=/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256
packed=$(cd "$blobs" && find . -type f -size +64k -printf '%f\n')
for digest in $packed; do ctr --namespace k8s.io content rm "sha256:$digest" > /dev/null; done
kill "$containerd"
wait "$containerd" || true
# containerd may have been about to remove them.
for digest in $packed; do rm -f "$blobs/$digest"; done
stage=/tmp/stage
mkdir -p "$stage/kind/layers" "$stage/var/lib"
cp -a /var/lib/containerd "$stage/var/lib/"
cd "$stage/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
for snapshot in *; do
  mv "$snapshot/fs" "$stage/kind/layers/$snapshot"
  ln -s "/kind/layers/$snapshot" "$snapshot/fs"
done
tar --sort=name --mtime=@1767225600 --owner=0 --group=0 --numeric-owner -C "$stage" -cf "$layer" kind var
