#!/usr/bin/env bash
# Runs the tool of Kafka that this script's name says, or the class that is given first.
set -euo pipefail
case $(basename "$0") in
  kafka-topics.sh) class=org.apache.kafka.tools.TopicCommand ;;
  kafka-console-producer.sh) class=org.apache.kafka.tools.ConsoleProducer ;;
  kafka-console-consumer.sh) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  kafka-get-offsets.sh) class=org.apache.kafka.tools.GetOffsetShell ;;
  kafka-configs.sh) class=org.apache.kafka.tools.ConfigCommand ;;
  kafka-consumer-groups.sh) class=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
  kafka-broker-api-versions.sh) class=org.apache.kafka.tools.BrokerApiVersionsCommand ;;
  kafka-storage.sh) class=kafka.tools.StorageTool ;;
  kafka-metadata-quorum.sh) class=org.apache.kafka.tools.MetadataQuorumCommand ;;
  *) class=$1; shift ;;
esac
logging=${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=/etc/kafka/docker/tools-log4j2.yaml}
read -ra options <<<"${KAFKA_HEAP_OPTS:--Xmx256M} $logging ${KAFKA_OPTS:-}"
exec java "${options[@]}" -cp '/opt/kafka/libs/*' "$class" "$@"
