// Imported into programs that a command starts: they shut down when the command is gone, even after kill -9.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
