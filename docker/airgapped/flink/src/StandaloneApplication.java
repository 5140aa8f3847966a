import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.DefaultPackagedProgramRetriever;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.entrypoint.ClusterEntrypointUtils;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.runtime.util.SignalHandler;

/**
 * The JobManager of an application cluster: it runs the main method of the job in usrlib/. Flink's
 * own class for it is in flink-container, which is not on Maven Central; all that it calls is.
 *
 * <p>Arguments: --configDir DIR, --job-classname CLASS, --job-id ID, --fromSavepoint PATH, -Dk=v;
 * from the first other one on they are the job's.
 */
public final class StandaloneApplication extends ApplicationClusterEntryPoint {
  private StandaloneApplication(Configuration configuration, PackagedProgram program) {
    super(configuration, program, StandaloneResourceManagerFactory.getInstance());
  }

  @Override
  protected boolean supportsReactiveMode() {
    return true;
  }

  public static void main(String[] arguments) throws Exception {
    EnvironmentInformation.logEnvironmentInfo(LOG, "standalone application", arguments);
    SignalHandler.register(LOG);
    String directory = null;
    String jobClass = null;
    Configuration given = new Configuration();
    int next = 0;
    options:
    for (; next < arguments.length; next++) {
      String argument = arguments[next];
      switch (argument) {
        case "-c", "--configDir" -> directory = arguments[++next];
        case "-j", "--job-classname" -> jobClass = arguments[++next];
        case "-jid", "--job-id" ->
            given.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, arguments[++next]);
        case "-s", "--fromSavepoint" ->
            given.set(StateRecoveryOptions.SAVEPOINT_PATH, arguments[++next]);
        default -> {
          if (!argument.startsWith("-D") || !argument.contains("=")) {
            break options;
          }
          String[] setting = argument.substring(2).split("=", 2);
          given.setString(setting[0], setting[1]);
        }
      }
    }
    List<String> ofJob = new ArrayList<>(List.of(arguments).subList(next, arguments.length));
    Configuration configuration = GlobalConfiguration.loadConfiguration(directory, given);
    FileSystem.initialize(
        configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
    try {
      File jobs = ClusterEntrypointUtils.tryFindUserLibDirectory().orElse(null);
      PackagedProgram program =
          DefaultPackagedProgramRetriever.create(
                  jobs, jobClass, ofJob.toArray(String[]::new), configuration)
              .getPackagedProgram();
      configureExecution(configuration, program);
      ClusterEntrypoint.runClusterEntrypoint(new StandaloneApplication(configuration, program));
    } catch (Exception e) {
      LOG.error("Could not create application program.", e);
      System.exit(1);
    }
  }
}
