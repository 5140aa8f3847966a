# Images of flink-lm, one a target, which must be named:
#   docker build --target job -t flink-lm:0.1.0 .
#   cli   the command flink-lm, to produce text and to ask: neither Flink nor the engine
#   job   the job on Flink, engine for CPU
#   gpu   the job on Flink, engine for CUDA
# A stage stands before those that take from it, and what changes rarely before what changes often:
# a change of our code rebuilds neither the libraries nor the layer with the engine.
ARG BUILD_IMAGE=maven:3.9.11-eclipse-temurin-17
ARG FLINK_IMAGE=flink:2.2.1-java17
ARG JAVA_IMAGE=eclipse-temurin:17.0.15_6-jre

# The libraries, by the poms alone.
FROM ${BUILD_IMAGE} AS libraries
WORKDIR /src
COPY .mvn .mvn
COPY pom.xml ./
COPY model/pom.xml model/
COPY topics/pom.xml topics/
COPY dashboard/pom.xml dashboard/
COPY local/pom.xml local/
COPY producer/pom.xml producer/
COPY flink-job/pom.xml flink-job/
COPY application/pom.xml application/
COPY cli/pom.xml cli/
COPY bench/pom.xml bench/
COPY k8s/pom.xml k8s/
COPY benchmarks/pom.xml benchmarks/
RUN mvn -B -q -ntp -Dmaven.test.skip -Dspotless.check.skip package -pl cli -am
COPY docker/engine docker/engine
RUN javac -cp 'application/target/engine/*' -d docker/engine docker/engine/LoadEngine.java

FROM libraries AS build
COPY LICENSE ./
COPY model model
COPY topics topics
COPY dashboard dashboard
COPY local local
COPY producer producer
COPY flink-job flink-job
COPY application application
COPY cli cli
RUN mvn -B -q -ntp -Dmaven.test.skip -Dspotless.check.skip package -pl cli -am \
    && mkdir image && mv cli/target/client image/lib && mv cli/target/cli-0*SNAPSHOT.jar image/

# What both images of the job have of their own beside the engine.
FROM ${FLINK_IMAGE} AS flink
USER root
ENV FLINK_LM_HOME=/opt/flink-lm \
    ENGINE_CACHE_DIR=/opt/flink-lm/engine \
    # Nothing is downloaded at run time.
    DJL_OFFLINE=true \
    OPT_OUT_TRACKING=true \
    # glibc's allocator keeps the large buffers of each training step, and idle engine threads do not
    # spin against Kafka and Flink: docs/decisions/0005.
    DISABLE_JEMALLOC=true \
    MALLOC_MMAP_THRESHOLD_=1073741824 \
    MALLOC_TRIM_THRESHOLD_=4294967296 \
    MALLOC_TOP_PAD_=268435456 \
    MALLOC_ARENA_MAX=1 \
    OMP_WAIT_POLICY=passive
COPY docker/entrypoint /opt/flink-lm/entrypoint
COPY docker/flink/log4j-console.properties /opt/flink/conf/
# A volume that is first mounted at one of these belongs to the user of the image.
RUN cp -r /opt/flink/conf /opt/flink-lm/conf \
    && mkdir -p /opt/flink/usrlib /opt/flink-lm/engine /var/lib/flink-lm/checkpoints /var/lib/flink-lm/out \
    && chown -R 9999:9999 /opt/flink/conf /var/lib/flink-lm
ENTRYPOINT ["/opt/flink-lm/entrypoint"]
CMD ["help"]

FROM ${JAVA_IMAGE} AS cli
RUN useradd --system --uid 10001 --user-group --create-home flink-lm
COPY --from=build /src/image/lib /opt/flink-lm/lib
COPY --from=build /src/image/cli-*.jar /opt/flink-lm/
COPY docker/cli/flink-lm /usr/local/bin/flink-lm
USER 10001
WORKDIR /tmp
ENTRYPOINT ["flink-lm"]
CMD ["--help"]

FROM flink AS job
COPY --from=libraries /src/application/target/engine/*.jar /opt/flink/lib/
COPY --from=libraries /src/docker/engine/LoadEngine.class /opt/flink-lm/
RUN java -cp '/opt/flink-lm:/opt/flink/lib/*' LoadEngine && chmod -R a+rX /opt/flink-lm/engine
COPY --from=build /src/dashboard/target/dashboard-*.jar /opt/flink/lib/
COPY --from=build /src/application/target/flink-lm-job.jar /opt/flink/usrlib/
USER 9999

# The engine for CUDA, 4 GB unpacked. DJL loads whatever lies in engine/libtorch. It finds GPUs by a
# libcudart.so, and libcaffe2_nvrtc.so, which PyTorch loads when it needs it, loads only where there
# is a driver: so both lie beside, and a JobManager without a GPU can load the rest.
FROM libraries AS libraries-gpu
RUN rm -r application/target/engine \
    && mvn -B -q -ntp -Dmaven.test.skip -Dspotless.check.skip -Pgpu package -pl application -am \
    && mkdir -p engine/libtorch engine/cuda && cd engine \
    && jar xf ../application/target/engine/pytorch-native-*.jar pytorch/cu124/linux-x86_64 \
    && mv pytorch/cu124/linux-x86_64/* libtorch && rm -r pytorch && chmod -R a+rX . \
    && mv libtorch/libcaffe2_nvrtc.so cuda && ln -s ../libtorch/$(ls libtorch | grep libcudart) cuda/libcudart.so \
    && rm ../application/target/engine/pytorch-native-*.jar

FROM libraries-gpu AS build-gpu
COPY LICENSE ./
COPY model model
COPY topics topics
COPY dashboard dashboard
COPY flink-job flink-job
COPY application application
RUN mvn -B -q -ntp -Dmaven.test.skip -Dspotless.check.skip -Dmdep.skip -Pgpu package -pl application,dashboard -am

FROM flink AS gpu
ENV PYTORCH_LIBRARY_PATH=/opt/flink-lm/engine/libtorch \
    PYTORCH_VERSION=2.5.1 \
    PYTORCH_FLAVOR=cu124 \
    LD_LIBRARY_PATH=/opt/flink-lm/engine/cuda \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=libraries-gpu /src/engine /opt/flink-lm/engine
COPY --from=libraries-gpu /src/application/target/engine/*.jar /opt/flink/lib/
COPY --from=libraries-gpu /src/docker/engine/LoadEngine.class /opt/flink-lm/
RUN java -cp '/opt/flink-lm:/opt/flink/lib/*' LoadEngine && chmod -R a+rX /opt/flink-lm/engine/pytorch
COPY --from=build-gpu /src/dashboard/target/dashboard-*.jar /opt/flink/lib/
COPY --from=build-gpu /src/application/target/flink-lm-job.jar /opt/flink/usrlib/
USER 9999
