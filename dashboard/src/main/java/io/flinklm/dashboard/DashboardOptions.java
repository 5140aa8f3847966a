package io.flinklm.dashboard;

import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Settings that say who may ask Flink's REST interface, which the dashboard is drawn from. */
public final class DashboardOptions {
  /** Whether a program may also change something: submit, cancel, take savepoints. */
  public static final ConfigOption<Boolean> CONTROL =
      ConfigOptions.key("flinklm.dashboard.control")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether programs may change something through Flink's REST interface. A web page"
                  + " never may.");

  /** Further names of the machine under which it is asked. */
  public static final ConfigOption<List<String>> HOSTS =
      ConfigOptions.key("flinklm.dashboard.hosts")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Names, besides localhost, rest.address and any IP address, under which Flink's REST"
                  + " interface answers.");

  /**
   * Flink's own settings for a dashboard that shows and does nothing else. They take the buttons
   * away and the upload of jars; what they leave, the guard refuses.
   */
  public static final Map<String, String> SHOWS_ONLY =
      Map.of(
          "web.submit.enable", "false",
          "web.cancel.enable", "false",
          "web.rescale.enable", "false",
          // The header is always sent. This is the name of no origin.
          "web.access-control-allow-origin", "none");

  private DashboardOptions() {}
}
