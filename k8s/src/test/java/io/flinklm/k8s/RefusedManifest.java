package io.flinklm.k8s;

/** A file that Kubernetes would refuse, or would quietly read otherwise than it was meant. */
final class RefusedManifest extends RuntimeException {
  private static final long serialVersionUID = 1;

  RefusedManifest(String message) {
    super(message);
  }

  RefusedManifest(String message, Throwable cause) {
    super(message, cause);
  }
}
