package io.flinklm.engine;

/**
 * DJL as this project starts it: it neither loads anything from a network nor tells anybody that it
 * is used. To be asked for before the first class of DJL is; what a person set stays.
 */
public final class DjlOffline {
  private DjlOffline() {}

  // Read by DJL whenever it would go out.
  static {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
  }

  /** Makes sure of it. */
  public static void ensure() {
    // The class is initialized, and that is all.
  }

  /** Sets a property of this process unless a person did. */
  static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
