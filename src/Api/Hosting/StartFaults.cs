using Api.Perimeter;
using Api.Security;
using Cluster.Hocon;
using Cluster.Journal;
using Cluster.Transport;
using Microsoft.AspNetCore.Connections;

namespace Api.Hosting;

/// <summary>Why a node does not start although nothing is wrong with its code.</summary>
internal static class StartFaults
{
    /// <summary>Whoever starts the node can mend it, and the message says how: a stack trace would only hide it.</summary>
    public static bool IsForOperators(Exception fault) =>
        fault is SettingsException or StoreRefusedException or JournalUnavailableException or TransportRefusedException
            or KeyRefusedException or CertificateRefusedException or IOException { InnerException: AddressInUseException };
}
